package dev.millrace.command;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Commands on a server's users and what they may do. Nothing that carries a password, or the hash of one, is shown in
 * the wire log.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/">Redis: ACL</a>
 */
public final class Acl {
    private static final Verb ACL_WHOAMI = Verb.read("ACL WHOAMI").keys(KeyPositions.NONE);
    private static final Verb ACL_USERS = Verb.read("ACL USERS").keys(KeyPositions.NONE);
    private static final Verb ACL_LIST =
            Verb.read("ACL LIST").keys(KeyPositions.NONE).secret();
    private static final Verb ACL_SETUSER =
            Verb.write("ACL SETUSER").everyMaster().secret();
    private static final Verb ACL_GETUSER =
            Verb.read("ACL GETUSER").keys(KeyPositions.NONE).secret();
    private static final Verb ACL_DELUSER = Verb.write("ACL DELUSER").everyMaster();
    private static final Verb ACL_CAT = Verb.read("ACL CAT").keys(KeyPositions.NONE);
    private static final Verb ACL_GENPASS =
            Verb.read("ACL GENPASS").keys(KeyPositions.NONE).secret();
    private static final Verb ACL_LOG = Verb.read("ACL LOG").keys(KeyPositions.NONE);
    private static final Verb ACL_LOG_RESET = Verb.write("ACL LOG").everyMaster();
    private static final Verb ACL_SAVE = Verb.write("ACL SAVE").everyMaster();
    private static final Verb ACL_LOAD = Verb.write("ACL LOAD").everyMaster();

    private Acl() {}

    /** {@code ACL WHOAMI}: the user of the connection. */
    public static Command<String> aclWhoAmI() {
        return new Command<>(ACL_WHOAMI, Decoders.TEXT);
    }

    /** {@code ACL USERS}: the names of all users. */
    public static Command<List<String>> aclUsers() {
        return new Command<>(ACL_USERS, Decoders.TEXTS);
    }

    /** {@code ACL LIST}: all users with their rules, as a server's ACL file has them, hashes of passwords included. */
    public static Command<List<String>> aclList() {
        return new Command<>(ACL_LIST, Decoders.TEXTS);
    }

    /**
     * {@code ACL SETUSER}: makes or changes a user by these rules, such as {@code "on", "~app:*", "+@read"}. Answers
     * OK.
     */
    public static Command<String> aclSetUser(String user, String... rules) {
        Object[] arguments =
                Arguments.withCapacity(1 + rules.length).add(user).addAll(rules).toArray();
        return new Command<>(ACL_SETUSER, Decoders.OK, arguments);
    }

    /** {@code ACL GETUSER}: the user's rules, or null where there is no such user. */
    public static Command<AclUser> aclGetUser(String user) {
        return new Command<>(ACL_GETUSER, AclUser.DECODER, user);
    }

    /**
     * {@code ACL DELUSER}: removes users and ends their connections. Answers how many there were.
     *
     * @throws IllegalArgumentException if none is named
     */
    public static Command<Long> aclDelUser(String... users) {
        return new Command<>(ACL_DELUSER, Decoders.LONG, Arguments.some(ACL_DELUSER, "user", users));
    }

    /**
     * {@code ACL DELUSER}: removes users and ends their connections. Answers how many there were.
     *
     * @throws IllegalArgumentException if none is named
     */
    public static Command<Long> aclDelUser(Collection<String> users) {
        return new Command<>(ACL_DELUSER, Decoders.LONG, Arguments.some(ACL_DELUSER, "user", users));
    }

    /** {@code ACL CAT}: the categories of commands. */
    public static Command<Set<String>> aclCat() {
        return new Command<>(ACL_CAT, Decoders.TEXT_SET);
    }

    /** {@code ACL CAT}: the commands of a category; an error where there is no such category. */
    public static Command<Set<String>> aclCat(String category) {
        return new Command<>(ACL_CAT, Decoders.TEXT_SET, category);
    }

    /** {@code ACL GENPASS}: a password of 256 random bits in hex, which the server does not keep. */
    public static Command<String> aclGenPass() {
        return new Command<>(ACL_GENPASS, Decoders.TEXT);
    }

    /** {@code ACL GENPASS}: a password of so many random bits in hex, 1 to 4096, which the server does not keep. */
    public static Command<String> aclGenPass(int bits) {
        return new Command<>(ACL_GENPASS, Decoders.TEXT, Integer.toString(bits));
    }

    /** {@code ACL LOG}: the latest refusals, newest first; 10 at most. */
    public static Command<List<AclLogEntry>> aclLog() {
        return new Command<>(ACL_LOG, AclLogEntry.LIST);
    }

    /** {@code ACL LOG}: the latest refusals, newest first; {@code count} at most. */
    public static Command<List<AclLogEntry>> aclLog(long count) {
        return new Command<>(ACL_LOG, AclLogEntry.LIST, Long.toString(count));
    }

    /** {@code ACL LOG RESET}: forgets all refusals. Answers OK. */
    public static Command<String> aclLogReset() {
        return new Command<>(ACL_LOG_RESET, Decoders.OK, "RESET");
    }

    /** {@code ACL SAVE}: writes the users to the server's ACL file. Answers OK; an error where it has none. */
    public static Command<String> aclSave() {
        return new Command<>(ACL_SAVE, Decoders.OK);
    }

    /** {@code ACL LOAD}: reads the users from the server's ACL file. Answers OK; an error where it has none. */
    public static Command<String> aclLoad() {
        return new Command<>(ACL_LOAD, Decoders.OK);
    }
}
