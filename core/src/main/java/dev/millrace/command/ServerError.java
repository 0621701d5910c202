package dev.millrace.command;

/**
 * The server answered with an error. The codes that an application acts on are types of their own; the others are
 * {@link Other}, told apart by {@link #code()}.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors">Redis: simple errors</a>
 */
public abstract sealed class ServerError extends MillraceException {
    private static final long serialVersionUID = 1;

    private final String code;

    private ServerError(String code, String message) {
        super(message, null);
        this.code = code;
    }

    /** The first word of the server's answer: WRONGTYPE, NOSCRIPT, ERR, … */
    public final String code() {
        return code;
    }

    /**
     * The error for what the server answered. Arguments that the server quotes back are not kept, for they may be keys,
     * values or credentials: those of an unknown command are cut off, and others stand as {@code ***}. What a script or
     * function raises by itself is kept as it is.
     */
    public static ServerError of(String line) {
        int blank = line.indexOf(' ');
        String code = blank < 0 ? line : line.substring(0, blank);
        String shown = QuotedArguments.hidden(line);
        return switch (code) {
            case "WRONGTYPE" -> new WrongType(code, shown);
            case "NOSCRIPT" -> new NoScript(code, shown);
            case "OOM" -> new OutOfMemory(code, shown);
            case "READONLY" -> new ReadOnlyReplica(code, shown);
            case "NOPERM" -> new NoPermission(code, shown);
            case "NOAUTH", "WRONGPASS" -> new AuthenticationFailed(code, shown);
            case "LOADING" -> new Loading(code, shown);
            case "BUSY" -> new Busy(code, shown);
            case "EXECABORT" -> new TransactionAborted(code, shown);
            case "MOVED" -> new Moved(code, shown);
            case "ASK" -> new Ask(code, shown);
            case "TRYAGAIN" -> new TryAgain(code, shown);
            case "CLUSTERDOWN" -> new ClusterDown(code, shown);
            case "MASTERDOWN" -> new MasterDown(code, shown);
            case "BUSYGROUP" -> new GroupExists(code, shown);
            case "NOGROUP" -> new NoGroup(code, shown);
            case "NOREPLICAS" -> new NoReplicas(code, shown);
            default ->
                line.startsWith("ERR max number of clients")
                        ? new TooManyClients(code, shown)
                        : line.startsWith("ERR invalid password")
                                ? new AuthenticationFailed(code, shown)
                                : new Other(code, shown);
        };
    }

    /** The key holds another type than the command works on. */
    public static final class WrongType extends ServerError {
        private static final long serialVersionUID = 1;

        private WrongType(String code, String message) {
            super(code, message);
        }
    }

    /** The script is not loaded; Millrace answers this itself for the scripts it knows. */
    public static final class NoScript extends ServerError {
        private static final long serialVersionUID = 1;

        private NoScript(String code, String message) {
            super(code, message);
        }
    }

    /** The server is at its maxmemory and evicts nothing. */
    public static final class OutOfMemory extends ServerError {
        private static final long serialVersionUID = 1;

        private OutOfMemory(String code, String message) {
            super(code, message);
        }
    }

    /** A write reached a replica. */
    public static final class ReadOnlyReplica extends ServerError {
        private static final long serialVersionUID = 1;

        private ReadOnlyReplica(String code, String message) {
            super(code, message);
        }
    }

    /** The user may not run this command or touch this key. */
    public static final class NoPermission extends ServerError {
        private static final long serialVersionUID = 1;

        private NoPermission(String code, String message) {
            super(code, message);
        }
    }

    /** No, a wrong, or a changed password. */
    public static final class AuthenticationFailed extends ServerError {
        private static final long serialVersionUID = 1;

        private AuthenticationFailed(String code, String message) {
            super(code, message);
        }
    }

    /** The server is still reading its data set from disk. */
    public static final class Loading extends ServerError {
        private static final long serialVersionUID = 1;

        private Loading(String code, String message) {
            super(code, message);
        }
    }

    /** A script holds the server. */
    public static final class Busy extends ServerError {
        private static final long serialVersionUID = 1;

        private Busy(String code, String message) {
            super(code, message);
        }
    }

    /** EXEC refused the transaction because one of its commands was refused when it was queued. */
    public static final class TransactionAborted extends ServerError {
        private static final long serialVersionUID = 1;

        private TransactionAborted(String code, String message) {
            super(code, message);
        }
    }

    /** The slot belongs to another node of the cluster. */
    public static final class Moved extends ServerError {
        private static final long serialVersionUID = 1;

        private Moved(String code, String message) {
            super(code, message);
        }
    }

    /** The slot is being moved, and this key is at its new node already. */
    public static final class Ask extends ServerError {
        private static final long serialVersionUID = 1;

        private Ask(String code, String message) {
            super(code, message);
        }
    }

    /** The slot is being moved, and the keys are not all at one node. */
    public static final class TryAgain extends ServerError {
        private static final long serialVersionUID = 1;

        private TryAgain(String code, String message) {
            super(code, message);
        }
    }

    /** The cluster does not serve this slot. */
    public static final class ClusterDown extends ServerError {
        private static final long serialVersionUID = 1;

        private ClusterDown(String code, String message) {
            super(code, message);
        }
    }

    /** A replica that has lost its master, and may not serve old data. */
    public static final class MasterDown extends ServerError {
        private static final long serialVersionUID = 1;

        private MasterDown(String code, String message) {
            super(code, message);
        }
    }

    /** The consumer group exists already. */
    public static final class GroupExists extends ServerError {
        private static final long serialVersionUID = 1;

        private GroupExists(String code, String message) {
            super(code, message);
        }
    }

    /** The stream or the consumer group does not exist. */
    public static final class NoGroup extends ServerError {
        private static final long serialVersionUID = 1;

        private NoGroup(String code, String message) {
            super(code, message);
        }
    }

    /** Too few replicas are connected for a write (min-replicas-to-write). */
    public static final class NoReplicas extends ServerError {
        private static final long serialVersionUID = 1;

        private NoReplicas(String code, String message) {
            super(code, message);
        }
    }

    /** The server is at its maxclients. */
    public static final class TooManyClients extends ServerError {
        private static final long serialVersionUID = 1;

        private TooManyClients(String code, String message) {
            super(code, message);
        }
    }

    /** Any other code. */
    public static final class Other extends ServerError {
        private static final long serialVersionUID = 1;

        private Other(String code, String message) {
            super(code, message);
        }
    }
}
