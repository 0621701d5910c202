package dev.millrace.state;

import dev.millrace.command.EscapedName;

/** Whose connection a record is: {@code PROCESS:INCARNATION}, the process escaped, as it stands in Redis. Stateless. */
final class Homes {
    private Homes() {}

    static String of(String escapedProcess, long incarnation) {
        return escapedProcess + ":" + incarnation;
    }

    /** The escaped name of the process. */
    static String escapedProcess(String home) {
        int colon = home.indexOf(':');
        return colon < 0 ? home : home.substring(0, colon);
    }

    /** The name of the process. */
    static String process(String home) {
        return EscapedName.original(escapedProcess(home));
    }

    /** The home in a member of the index, {@code PROCESS:INCARNATION:ID}. */
    static String ofMember(String member) {
        return member.substring(0, Math.max(0, member.lastIndexOf(':')));
    }

    /** The escaped id in a member of an index. */
    static String id(String member) {
        return member.substring(member.lastIndexOf(':') + 1);
    }
}
