package dev.millrace.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A Lua script, called by its digest and sent whole only when the server does not have it: {@code EVALSHA} first, and
 * {@code EVAL} by itself when the answer is NOSCRIPT, in batches too. Immutable and thread-safe; make one constant per
 * script.
 *
 * <pre>{@code
 * static final Script<Long> ADD = Script.returningLong("return redis.call('INCRBY', KEYS[1], ARGV[1])");
 * long sum = redis.run(ADD.call(List.of("counter"), "5"));
 * }</pre>
 *
 * @param <T> what the script's reply decodes to
 */
public final class Script<T> {
    private static final Verb EVAL = Verb.write("EVAL").keys(KeyPositions.countedAt(1, false));
    private static final Verb EVALSHA = Verb.write("EVALSHA").keys(KeyPositions.countedAt(1, false));
    private static final Verb EVAL_RO = Verb.read("EVAL_RO").keys(KeyPositions.countedAt(1, false));
    private static final Verb EVALSHA_RO = Verb.read("EVALSHA_RO").keys(KeyPositions.countedAt(1, false));

    private final String source;
    private final String digest;
    private final Decoder<T> decoder;
    private final boolean readOnly;

    private Script(String source, Decoder<T> decoder, boolean readOnly) {
        if (source.isBlank()) {
            throw new IllegalArgumentException("a script needs a source");
        }
        this.source = source;
        this.digest = sha1(source);
        this.decoder = decoder;
        this.readOnly = readOnly;
    }

    /** A script whose reply is taken as the server structures it. */
    public static Script<Value> of(String source) {
        return new Script<>(source, Value::read, false);
    }

    /** A script that returns an integer. */
    public static Script<Long> returningLong(String source) {
        return new Script<>(source, Decoders.LONG, false);
    }

    /** A script that returns a string, or nil for null. */
    public static Script<String> returningText(String source) {
        return new Script<>(source, Decoders.TEXT, false);
    }

    /** A script that returns a table of strings. */
    public static Script<List<String>> returningTexts(String source) {
        return new Script<>(source, Decoders.list(Decoders.TEXT), false);
    }

    /**
     * The source of a script that is kept in files: each is read, and they stand behind each other in this order, so that
     * what several scripts share can be a file of its own.
     *
     * @param beside a class in whose package the files are
     * @param names of files, with their endings
     * @throws IllegalStateException if one is not on the class path
     * @throws UncheckedIOException if one can't be read
     */
    public static String source(Class<?> beside, String... names) {
        StringBuilder source = new StringBuilder();
        for (String name : names) {
            try (InputStream in = beside.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("the script " + name + " is missing from the class path");
                }
                source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("the script " + name + " can't be read", e);
            }
        }
        return source.toString();
    }

    /** The same script declared free of writes: sent as EVALSHA_RO (Redis 7), tried again, allowed on replicas. */
    public Script<T> readOnly() {
        return new Script<>(source, decoder, true);
    }

    /** A call with these keys, passed as KEYS, and arguments, passed as ARGV. */
    public Command<T> call(List<String> keys, String... arguments) {
        return call(keys.toArray(), (Object[]) arguments);
    }

    /** A call with keys and arguments that are {@link String} or {@code byte[]}, in any mix. */
    public Command<T> call(Object[] keys, Object... arguments) {
        Object[] byDigest = new Object[2 + keys.length + arguments.length];
        byDigest[0] = digest;
        byDigest[1] = Integer.toString(keys.length);
        System.arraycopy(keys, 0, byDigest, 2, keys.length);
        System.arraycopy(arguments, 0, byDigest, 2 + keys.length, arguments.length);
        for (Object argument : byDigest) {
            if (!(argument instanceof String) && !(argument instanceof byte[])) {
                throw new IllegalArgumentException("a script's keys and arguments are String or byte[]");
            }
        }
        Object[] bySource = byDigest.clone();
        bySource[0] = source;
        Command<T> eval = new Command<>(readOnly ? EVAL_RO : EVAL, decoder, bySource);
        return new ScriptCommand<>(readOnly ? EVALSHA_RO : EVALSHA, eval, byDigest);
    }

    /** The SHA-1 of the source in lower-case hex, by which the server knows it. */
    public String digest() {
        return digest;
    }

    /** The Lua source. */
    public String source() {
        return source;
    }

    private static String sha1(String source) {
        try {
            byte[] bytes = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    public String toString() {
        return "Script[" + digest + "]";
    }
}
