package dev.millrace.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Redis command: a verb, its arguments, and how its reply becomes a {@code T}.
 *
 * <p>Immutable, thread-safe and reusable: the same value may be run any number of times, at once from any number of
 * threads, in batches and in transactions. Byte array arguments are not copied; whoever passes one must not change it
 * while the command is in use.
 *
 * <p>Arguments are {@link String} (sent as UTF-8) or {@code byte[]}. A command never shows them: {@link #toString()}
 * names the verb and the number of arguments only, for a value or a credential has no place in a log.
 *
 * @param <T> what the reply decodes to; null stands for a reply of "absent" where the catalogue says so
 */
public sealed class Command<T> permits ScriptCommand {
    private final Verb verb;
    private final Decoder<T> decoder;
    /** The only argument itself, or an array of them: the commands that are run most have one, and need no array. */
    private final Object arguments;

    /**
     * A command whose arguments the caller vouches for: each a {@link String} or a {@code byte[]}.
     *
     * @throws NullPointerException if an argument is null
     */
    Command(Verb verb, Decoder<T> decoder, Object... arguments) {
        this.verb = verb;
        this.decoder = decoder;
        this.arguments = arguments;
        for (Object argument : arguments) {
            if (argument == null) {
                throw new NullPointerException(verb.name() + ": an argument is null");
            }
        }
    }

    /** As the other, for a single argument. */
    Command(Verb verb, Decoder<T> decoder, Object argument) {
        this.verb = verb;
        this.decoder = decoder;
        this.arguments = Objects.requireNonNull(argument, () -> verb.name() + ": the argument is null");
    }

    /**
     * A command that the catalogues do not have, for modules and for versions of Redis still to come:
     * {@code Command.of("FT.SEARCH", "index", "@title:mill")}.
     *
     * <p>Its reply is the server's own structure as a {@link Value}. It is taken for a write, is never sent a second
     * time, and takes its first argument for its key unless the command is known to have none; {@link #readOnly()} and {@link #idempotent()} say otherwise.
     *
     * @param name the command's name; words after a blank are sent as words of their own ({@code "CLIENT NO-EVICT"})
     * @param arguments {@link String}, {@code byte[]}, {@link Integer}, {@link Long} or {@link Double}
     * @throws IllegalArgumentException if the name is blank or has more than two words, or an argument is of another
     *     type
     */
    public static Command<Value> of(String name, Object... arguments) {
        Object[] sent = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            sent[i] = switch (Objects.requireNonNull(arguments[i], () -> name + ": an argument is null")) {
                case String text -> text;
                case byte[] bytes -> bytes;
                case Integer number -> number.toString();
                case Long number -> number.toString();
                case Double number -> number.toString();
                default ->
                    throw new IllegalArgumentException(name + ": argument " + (i + 1) + " is a "
                            + arguments[i].getClass().getName() + "; pass a String, byte[], Integer, Long or Double");
            };
        }
        return new Command<>(Verb.generic(name, sent), Value::read, sent);
    }

    /** The same command, declared safe to run twice: it is tried again when its outcome is unknown. */
    public Command<T> idempotent() {
        return verb.isIdempotent() ? this : withVerb(verb.idempotent());
    }

    /** The same command, declared free of effects: it may be tried again and may be sent to a replica. */
    public Command<T> readOnly() {
        return verb.isReadOnly() ? this : withVerb(verb.readOnly());
    }

    Command<T> withVerb(Verb changed) {
        return new Command<>(changed, decoder, arguments());
    }

    /** The verb and the facts that decide routing, retry and lane. */
    public final Verb verb() {
        return verb;
    }

    /** How many arguments follow the verb. */
    public final int argumentCount() {
        return arguments instanceof Object[] several ? several.length : 1;
    }

    /** Argument {@code index} from 0, a {@link String} or a {@code byte[]}; for encoding, not for showing. */
    public final Object argument(int index) {
        return arguments instanceof Object[] several ? several[index] : arguments;
    }

    /** How many of the arguments are keys. */
    public final int keyCount() {
        // The commands that are run most have one key, their first argument: no array for them.
        return verb.keys() == KeyPositions.FIRST
                ? Math.min(1, argumentCount())
                : verb.keys().count(arguments());
    }

    /** Key {@code index} from 0, a {@link String} or a {@code byte[]}; for routing, not for showing. */
    public final Object key(int index) {
        return verb.keys() == KeyPositions.FIRST && index == 0
                ? argument(0)
                : verb.keys().at(arguments(), index);
    }

    /**
     * Decodes the reply; called by the connection with a reply that is complete and is not an error.
     *
     * @throws UnexpectedReply if the reply is not of the shape this command expects
     */
    public final @Nullable T decode(ReplyReader reply) {
        return decoder.decode(reply);
    }

    /** The command to send instead when the server answers NOSCRIPT, or null where that answer is final. */
    public @Nullable Command<T> withScriptSource() {
        return null;
    }

    /** How long the server may hold a blocking command, in nanoseconds; Long.MAX_VALUE for "until there is something". */
    public final long blockingNanos() {
        return BlockingTime.of(verb.name(), arguments());
    }

    /**
     * The same command for some of its keys, and what belongs to them; only where the verb {@linkplain Verb#merge may be
     * divided} by its keys.
     *
     * @param keys positions among its keys, at least one
     */
    public final Command<T> part(int[] keys) {
        int width = argumentCount() / keyCount(); // MSET has a value behind each key
        Object[] some = new Object[keys.length * width];
        for (int i = 0; i < some.length; i++) {
            some[i] = argument(keys[i / width] * width + i % width);
        }
        return new Command<>(verb, decoder, some);
    }

    final Decoder<T> decoder() {
        return decoder;
    }

    /** An estimate of the bytes this command takes on the wire, for the bounds on queues; at least 1. */
    public final int weight() {
        int weight = verb.weight();
        for (int i = 0, count = argumentCount(); i < count; i++) {
            // A char is one byte in nearly every key; the bound need not be exact for the others.
            Object argument = argument(i);
            weight += 8 + (argument instanceof String text ? text.length() : ((byte[]) argument).length);
            if (weight < 0) {
                return Integer.MAX_VALUE;
            }
        }
        return weight;
    }

    private Object[] arguments() {
        return arguments instanceof Object[] several ? several : new Object[] {arguments};
    }

    /** Verb, number of arguments, number of keys; never an argument itself. */
    @Override
    public final String toString() {
        int keys = keyCount();
        int count = argumentCount();
        return verb.name() + "(" + count + (count == 1 ? " argument, " : " arguments, ") + keys
                + (keys == 1 ? " key)" : " keys)");
    }
}
