package dev.millrace.command;

import java.util.List;

/**
 * Commands on functions, the server's stored procedures; from Redis 7. What a function answers is told as the server
 * structures it.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=scripting">Redis: functions</a>
 */
public final class Functions {
    private static final KeyPositions COUNTED = KeyPositions.countedAt(1, false);
    private static final Verb FCALL = Verb.write("FCALL").keys(COUNTED);
    private static final Verb FCALL_RO = Verb.read("FCALL_RO").keys(COUNTED);
    private static final Verb FUNCTION_LOAD = Verb.write("FUNCTION LOAD").everyMaster();
    private static final Verb FUNCTION_DELETE = Verb.write("FUNCTION DELETE").everyMaster();
    private static final Verb FUNCTION_FLUSH = Verb.write("FUNCTION FLUSH").everyMaster();
    private static final Verb FUNCTION_RESTORE = Verb.write("FUNCTION RESTORE").everyMaster();
    // The server reads nothing from the connection that runs the function, so the order to end it takes another one.
    private static final Verb FUNCTION_KILL =
            Verb.write("FUNCTION KILL").blocking().everyMaster(Merge.ANY);
    private static final Verb FUNCTION_STATS =
            Verb.read("FUNCTION STATS").blocking().keys(KeyPositions.NONE);
    private static final Verb FUNCTION_LIST = Verb.read("FUNCTION LIST").keys(KeyPositions.NONE);
    private static final Verb FUNCTION_DUMP = Verb.read("FUNCTION DUMP").keys(KeyPositions.NONE);

    private Functions() {}

    /** What FUNCTION RESTORE does with libraries that are there. */
    public enum RestorePolicy {
        /** Keeps them, and fails where one has the name of one that is restored; the server's default. */
        APPEND,
        /** Removes them all first. */
        FLUSH,
        /** Keeps them, but for those whose name one that is restored has. */
        REPLACE
    }

    /** {@code FCALL}: calls a function with these keys and arguments. */
    public static Command<Value> fcall(String function, List<String> keys, String... arguments) {
        return new Command<>(FCALL, Value::read, Calls.of(function, keys.toArray(), arguments));
    }

    /**
     * {@code FCALL}: calls a function with these keys and arguments.
     *
     * @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]}
     */
    public static Command<Value> fcall(String function, Object[] keys, Object... arguments) {
        return new Command<>(FCALL, Value::read, Calls.of(function, keys, arguments));
    }

    /** {@code FCALL_RO}: calls a function that is marked as one that does not write. */
    public static Command<Value> fcallRo(String function, List<String> keys, String... arguments) {
        return new Command<>(FCALL_RO, Value::read, Calls.of(function, keys.toArray(), arguments));
    }

    /**
     * {@code FCALL_RO}: calls a function that is marked as one that does not write.
     *
     * @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]}
     */
    public static Command<Value> fcallRo(String function, Object[] keys, Object... arguments) {
        return new Command<>(FCALL_RO, Value::read, Calls.of(function, keys, arguments));
    }

    /** {@code FUNCTION LOAD}: adds a library. Answers its name; an error where there is one of that name. */
    public static Command<String> functionLoad(String code) {
        return new Command<>(FUNCTION_LOAD, Decoders.TEXT, code);
    }

    /** {@code FUNCTION LOAD REPLACE}: adds a library in place of the one of its name. Answers its name. */
    public static Command<String> functionLoadReplace(String code) {
        return new Command<>(FUNCTION_LOAD, Decoders.TEXT, "REPLACE", code);
    }

    /** {@code FUNCTION DELETE}: removes a library. Answers OK; an error where there is none. */
    public static Command<String> functionDelete(String library) {
        return new Command<>(FUNCTION_DELETE, Decoders.OK, library);
    }

    /** {@code FUNCTION FLUSH}: removes all libraries. Answers OK. */
    public static Command<String> functionFlush() {
        return new Command<>(FUNCTION_FLUSH, Decoders.OK);
    }

    /** {@code FUNCTION FLUSH}: removes all libraries. Answers OK. */
    public static Command<String> functionFlush(FlushMode mode) {
        return new Command<>(FUNCTION_FLUSH, Decoders.OK, mode.name());
    }

    /** {@code FUNCTION LIST}: all libraries, without their code. */
    public static Command<List<FunctionLibrary>> functionList() {
        return new Command<>(FUNCTION_LIST, FunctionLibrary.LIST);
    }

    /** {@code FUNCTION LIST}: the libraries whose name matches this glob-style pattern, without their code. */
    public static Command<List<FunctionLibrary>> functionList(String pattern) {
        return new Command<>(FUNCTION_LIST, FunctionLibrary.LIST, "LIBRARYNAME", pattern);
    }

    /** {@code FUNCTION LIST … WITHCODE}: the libraries whose name matches this glob-style pattern, with their code. */
    public static Command<List<FunctionLibrary>> functionListWithCode(String pattern) {
        return new Command<>(FUNCTION_LIST, FunctionLibrary.LIST, "LIBRARYNAME", pattern, "WITHCODE");
    }

    /** {@code FUNCTION DUMP}: all libraries in a form for {@link #functionRestore}. */
    public static Command<byte[]> functionDump() {
        return new Command<>(FUNCTION_DUMP, Decoders.BYTES);
    }

    /** {@code FUNCTION RESTORE}: adds the libraries of a dump. Answers OK. */
    public static Command<String> functionRestore(byte[] dump, RestorePolicy policy) {
        return new Command<>(FUNCTION_RESTORE, Decoders.OK, dump, policy.name());
    }

    /** {@code FUNCTION STATS}: what is running and what is loaded. Runs on a connection of its own. */
    public static Command<FunctionStats> functionStats() {
        return new Command<>(FUNCTION_STATS, FunctionStats.DECODER);
    }

    /**
     * {@code FUNCTION KILL}: ends the function that is running, unless it has written. Answers OK; an error with the
     * code NOTBUSY where none runs, and UNKILLABLE where it has written. Runs on a connection of its own.
     */
    public static Command<String> functionKill() {
        return new Command<>(FUNCTION_KILL, Decoders.OK);
    }
}
