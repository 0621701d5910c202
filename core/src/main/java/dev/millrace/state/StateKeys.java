package dev.millrace.state;

import com.google.errorprone.annotations.Immutable;
import dev.millrace.command.EscapedName;

/**
 * The keys of one state. All have its name as their hash tag, so that a cluster keeps them together and one script can change
 * them; names and ids are {@linkplain EscapedName escaped}, so that none reaches another's keys.
 *
 * @param prefix all that is before the last part
 */
@Immutable
record StateKeys(String prefix) {
    static StateKeys of(String prefix, String name) {
        return new StateKeys(prefix + "{" + EscapedName.of("a state", name) + "}:");
    }

    /** HASH: the sequence of all changes, the number of incarnations. */
    String meta() {
        return prefix + "meta";
    }

    /** ZSET of {@code PROCESS:INCARNATION:ID}, all with score 0. */
    String homes() {
        return prefix + "homes";
    }

    /** ZSET of {@code OWNER:ID}, all with score 0. */
    String owners() {
        return prefix + "owners";
    }

    /** STREAM of all changes. */
    String events() {
        return prefix + "events";
    }

    /** HASH of processes. */
    String processes() {
        return prefix + "processes";
    }

    /** STREAM of messages for a process. */
    String inbox(String process) {
        return prefix + "inbox:" + process;
    }

    /** HASH: a record's critical fields. */
    String critical(String id) {
        return prefix + "c:" + id;
    }

    /** HASH: a record's other fields, and what is kept about it. */
    String other(String id) {
        return prefix + "v:" + id;
    }
}
