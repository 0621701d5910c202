package dev.millrace.command;

import java.time.Duration;
import java.util.List;

/**
 * Commands on a server's connections. Those that tell of "the connection" tell of whichever one the client sent them
 * on, which is shared; those that change it need one that no one else uses.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=connection">Redis: connections</a>
 */
public final class Clients {
    private static final Verb CLIENT_ID = Verb.read("CLIENT ID").keys(KeyPositions.NONE);
    private static final Verb CLIENT_INFO = Verb.read("CLIENT INFO").keys(KeyPositions.NONE);
    private static final Verb CLIENT_LIST = Verb.read("CLIENT LIST").keys(KeyPositions.NONE);
    private static final Verb CLIENT_KILL = Verb.write("CLIENT KILL").keys(KeyPositions.NONE);
    private static final Verb CLIENT_GETNAME = Verb.read("CLIENT GETNAME").keys(KeyPositions.NONE);
    private static final Verb CLIENT_GETREDIR = Verb.read("CLIENT GETREDIR").keys(KeyPositions.NONE);
    private static final Verb CLIENT_PAUSE = Verb.write("CLIENT PAUSE").keys(KeyPositions.NONE);
    private static final Verb CLIENT_UNPAUSE = Verb.write("CLIENT UNPAUSE").keys(KeyPositions.NONE);
    private static final Verb CLIENT_UNBLOCK = Verb.write("CLIENT UNBLOCK").keys(KeyPositions.NONE);
    private static final Verb CLIENT_TRACKINGINFO =
            Verb.read("CLIENT TRACKINGINFO").keys(KeyPositions.NONE);
    private static final Verb CLIENT_SETNAME = ofConnection("CLIENT SETNAME");
    private static final Verb CLIENT_SETINFO = ofConnection("CLIENT SETINFO");
    private static final Verb CLIENT_NO_EVICT = ofConnection("CLIENT NO-EVICT");
    private static final Verb CLIENT_NO_TOUCH = ofConnection("CLIENT NO-TOUCH");
    private static final Verb CLIENT_TRACKING = ofConnection("CLIENT TRACKING");
    private static final Verb CLIENT_CACHING = ofConnection("CLIENT CACHING");

    private Clients() {}

    /** Which clients a pause stops. */
    public enum PauseMode {
        /** Those that would write. */
        WRITE,
        /** All. */
        ALL
    }

    /** {@code CLIENT ID}: the connection's number, which the server never gives again. */
    public static Command<Long> clientId() {
        return new Command<>(CLIENT_ID, Decoders.LONG);
    }

    /** {@code CLIENT INFO}: the connection as the server sees it. */
    public static Command<ClientInfo> clientInfo() {
        return new Command<>(CLIENT_INFO, ClientInfo.DECODER);
    }

    /** {@code CLIENT LIST}: all connections of the server. */
    public static Command<List<ClientInfo>> clientList() {
        return new Command<>(CLIENT_LIST, ClientInfo.LIST);
    }

    /** {@code CLIENT LIST TYPE}: all connections for this. */
    public static Command<List<ClientInfo>> clientList(ClientType type) {
        return new Command<>(CLIENT_LIST, ClientInfo.LIST, "TYPE", type.name());
    }

    /**
     * {@code CLIENT LIST ID}: those of these connections that there are.
     *
     * @throws IllegalArgumentException if no number is given
     */
    public static Command<List<ClientInfo>> clientList(long... ids) {
        Arguments.requireSome(ids.length, "CLIENT LIST", "id");
        Arguments arguments = Arguments.withCapacity(1 + ids.length).add("ID");
        for (long id : ids) {
            arguments.add(id);
        }
        return new Command<>(CLIENT_LIST, ClientInfo.LIST, arguments.toArray());
    }

    /** {@code CLIENT KILL}: ends the connections that the filter chooses. Answers how many. */
    public static Command<Long> clientKill(ClientFilter filter) {
        Arguments arguments = Arguments.withCapacity(14);
        filter.addTo(arguments);
        return new Command<>(CLIENT_KILL, Decoders.LONG, arguments.toArray());
    }

    /** {@code CLIENT GETNAME}: the connection's name, or null where it has none. */
    public static Command<String> clientGetName() {
        return new Command<>(CLIENT_GETNAME, Decoders.TEXT);
    }

    /** {@code CLIENT SETNAME}: names the connection; no blanks; empty takes the name away. Answers OK. */
    public static Command<String> clientSetName(String name) {
        return new Command<>(CLIENT_SETNAME, Decoders.OK, name);
    }

    /** {@code CLIENT SETINFO}: tells the server {@code LIB-NAME} or {@code LIB-VER}. Answers OK. From Redis 7.2. */
    public static Command<String> clientSetInfo(String attribute, String value) {
        return new Command<>(CLIENT_SETINFO, Decoders.OK, attribute, value);
    }

    /**
     * {@code CLIENT PAUSE}: stops the server from running clients' commands for this long. Answers OK.
     *
     * @throws IllegalArgumentException if the time is negative
     */
    public static Command<String> clientPause(Duration duration, PauseMode mode) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("CLIENT PAUSE takes a time of at least 0, not " + duration);
        }
        return new Command<>(CLIENT_PAUSE, Decoders.OK, Long.toString(Milliseconds.of(duration)), mode.name());
    }

    /** {@code CLIENT UNPAUSE}: ends a pause. Answers OK. */
    public static Command<String> clientUnpause() {
        return new Command<>(CLIENT_UNPAUSE, Decoders.OK);
    }

    /** {@code CLIENT UNBLOCK}: ends the wait of a connection as if its timeout were over. Answers whether it waited. */
    public static Command<Boolean> clientUnblock(long id) {
        return new Command<>(CLIENT_UNBLOCK, Decoders.BOOLEAN, Long.toString(id), "TIMEOUT");
    }

    /** {@code CLIENT UNBLOCK … ERROR}: ends the wait of a connection with an error. Answers whether it waited. */
    public static Command<Boolean> clientUnblockWithError(long id) {
        return new Command<>(CLIENT_UNBLOCK, Decoders.BOOLEAN, Long.toString(id), "ERROR");
    }

    /** {@code CLIENT NO-EVICT}: whether the server may end the connection when it is short of memory. Answers OK. */
    public static Command<String> clientNoEvict(boolean protectedFromEviction) {
        return new Command<>(CLIENT_NO_EVICT, Decoders.OK, onOff(protectedFromEviction));
    }

    /** {@code CLIENT NO-TOUCH}: whether commands here leave the keys' last use as it is. Answers OK. From Redis 7.2. */
    public static Command<String> clientNoTouch(boolean untouched) {
        return new Command<>(CLIENT_NO_TOUCH, Decoders.OK, onOff(untouched));
    }

    /** {@code CLIENT TRACKING ON}: lets the server tell of keys that change. Answers OK. */
    public static Command<String> clientTracking(TrackingOptions options) {
        Arguments arguments = Arguments.withCapacity(8).add("ON");
        options.addTo(arguments);
        return new Command<>(CLIENT_TRACKING, Decoders.OK, arguments.toArray());
    }

    /** {@code CLIENT TRACKING OFF}: ends what {@link #clientTracking} began. Answers OK. */
    public static Command<String> clientTrackingOff() {
        return new Command<>(CLIENT_TRACKING, Decoders.OK, "OFF");
    }

    /** {@code CLIENT CACHING}: whether the keys of the next command are tracked, in opt-in and opt-out. Answers OK. */
    public static Command<String> clientCaching(boolean tracked) {
        return new Command<>(CLIENT_CACHING, Decoders.OK, tracked ? "YES" : "NO");
    }

    /** {@code CLIENT TRACKINGINFO}: whether and how the connection is told of keys that change. */
    public static Command<TrackingInfo> clientTrackingInfo() {
        return new Command<>(CLIENT_TRACKINGINFO, TrackingInfo.DECODER);
    }

    /** {@code CLIENT GETREDIR}: the connection that is told instead of this one; 0 for this one, -1 for no tracking. */
    public static Command<Long> clientGetRedir() {
        return new Command<>(CLIENT_GETREDIR, Decoders.LONG);
    }

    private static Verb ofConnection(String name) {
        return Verb.write(name).keys(KeyPositions.NONE).dedicated();
    }

    private static String onOff(boolean on) {
        return on ? "ON" : "OFF";
    }
}
