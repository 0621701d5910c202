package dev.millrace.command;

import java.util.Collection;
import java.util.List;

/**
 * Commands on Lua scripts as the server has them. To call a script of one's own, a {@link Script} is the better way: it
 * is sent by its digest, and whole where the server has lost it. Functions are in {@link Functions}.
 *
 * <p>What a script answers is told as the server structures it.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=scripting">Redis: scripting</a>
 */
public final class Scripting {
    private static final KeyPositions COUNTED = KeyPositions.countedAt(1, false);
    private static final Verb EVAL = Verb.write("EVAL").keys(COUNTED);
    private static final Verb EVALSHA = Verb.write("EVALSHA").keys(COUNTED);
    private static final Verb EVAL_RO = Verb.read("EVAL_RO").keys(COUNTED);
    private static final Verb EVALSHA_RO = Verb.read("EVALSHA_RO").keys(COUNTED);
    private static final Verb SCRIPT_LOAD = Verb.write("SCRIPT LOAD").everyMaster();
    private static final Verb SCRIPT_EXISTS = Verb.read("SCRIPT EXISTS").everyMaster(Merge.EVERY);
    private static final Verb SCRIPT_FLUSH = Verb.write("SCRIPT FLUSH").everyMaster();
    // The server reads nothing from the connection that runs the script, so the order to end it takes another one.
    private static final Verb SCRIPT_KILL = Verb.write("SCRIPT KILL").blocking().everyMaster(Merge.ANY);

    private Scripting() {}

    /** {@code EVAL}: runs a script with these KEYS and ARGV. */
    public static Command<Value> eval(String source, List<String> keys, String... arguments) {
        return new Command<>(EVAL, Value::read, Calls.of(source, keys.toArray(), arguments));
    }

    /**
     * {@code EVAL}: runs a script with these KEYS and ARGV.
     *
     * @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]}
     */
    public static Command<Value> eval(String source, Object[] keys, Object... arguments) {
        return new Command<>(EVAL, Value::read, Calls.of(source, keys, arguments));
    }

    /**
     * {@code EVALSHA}: as EVAL, of a script that the server knows by its digest; {@link ServerError.NoScript} if not.
     */
    public static Command<Value> evalSha(String digest, List<String> keys, String... arguments) {
        return new Command<>(EVALSHA, Value::read, Calls.of(digest, keys.toArray(), arguments));
    }

    /**
     * {@code EVALSHA}: as EVAL, of a script that the server knows by its digest; {@link ServerError.NoScript} if not.
     *
     * @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]}
     */
    public static Command<Value> evalSha(String digest, Object[] keys, Object... arguments) {
        return new Command<>(EVALSHA, Value::read, Calls.of(digest, keys, arguments));
    }

    /** {@code EVAL_RO}: as EVAL; the server stops a script that would write. From Redis 7. */
    public static Command<Value> evalRo(String source, List<String> keys, String... arguments) {
        return new Command<>(EVAL_RO, Value::read, Calls.of(source, keys.toArray(), arguments));
    }

    /**
     * {@code EVAL_RO}: as EVAL; the server stops a script that would write. From Redis 7.
     *
     * @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]}
     */
    public static Command<Value> evalRo(String source, Object[] keys, Object... arguments) {
        return new Command<>(EVAL_RO, Value::read, Calls.of(source, keys, arguments));
    }

    /** {@code EVALSHA_RO}: as EVALSHA; the server stops a script that would write. From Redis 7. */
    public static Command<Value> evalShaRo(String digest, List<String> keys, String... arguments) {
        return new Command<>(EVALSHA_RO, Value::read, Calls.of(digest, keys.toArray(), arguments));
    }

    /**
     * {@code EVALSHA_RO}: as EVALSHA; the server stops a script that would write. From Redis 7.
     *
     * @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]}
     */
    public static Command<Value> evalShaRo(String digest, Object[] keys, Object... arguments) {
        return new Command<>(EVALSHA_RO, Value::read, Calls.of(digest, keys, arguments));
    }

    /** {@code SCRIPT LOAD}: lets the server keep the script. Answers its digest. */
    public static Command<String> scriptLoad(String source) {
        return new Command<>(SCRIPT_LOAD, Decoders.TEXT, source);
    }

    /**
     * {@code SCRIPT EXISTS}: whether the server has the scripts with these digests, in the same order.
     *
     * @throws IllegalArgumentException if no digest is given
     */
    public static Command<List<Boolean>> scriptExists(String... digests) {
        return new Command<>(SCRIPT_EXISTS, Decoders.BOOLEANS, Arguments.some(SCRIPT_EXISTS, "digest", digests));
    }

    /**
     * {@code SCRIPT EXISTS}: whether the server has the scripts with these digests, in the same order.
     *
     * @throws IllegalArgumentException if no digest is given
     */
    public static Command<List<Boolean>> scriptExists(Collection<String> digests) {
        return new Command<>(SCRIPT_EXISTS, Decoders.BOOLEANS, Arguments.some(SCRIPT_EXISTS, "digest", digests));
    }

    /** {@code SCRIPT FLUSH}: lets the server forget all scripts. Answers OK. */
    public static Command<String> scriptFlush() {
        return new Command<>(SCRIPT_FLUSH, Decoders.OK);
    }

    /** {@code SCRIPT FLUSH}: lets the server forget all scripts. Answers OK. */
    public static Command<String> scriptFlush(FlushMode mode) {
        return new Command<>(SCRIPT_FLUSH, Decoders.OK, mode.name());
    }

    /**
     * {@code SCRIPT KILL}: ends the script that is running, unless it has written. Answers OK; an error with the code
     * NOTBUSY where none runs, and UNKILLABLE where it has written. Runs on a connection of its own.
     */
    public static Command<String> scriptKill() {
        return new Command<>(SCRIPT_KILL, Decoders.OK);
    }
}
