package dev.millrace.command;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command's name with the facts that decide how it is routed, whether it may be tried again, and on which connection
 * it may run. Immutable; one constant per command of the catalogue.
 */
public final class Verb {
    private static final int READ_ONLY = 1;
    private static final int IDEMPOTENT = 1 << 1;
    private static final int BLOCKING = 1 << 2;
    private static final int DEDICATED = 1 << 3;
    private static final int SECRET = 1 << 4;
    private static final int KEYLESS_NODES = 1 << 5;
    private static final int STREAMING = 1 << 6;

    private final String name;
    private final int words;
    private final byte[] encoded;
    private final int facts;
    private final KeyPositions keys;
    private final @Nullable Merge merge;

    private Verb(String name, int words, byte[] encoded, int facts, KeyPositions keys, @Nullable Merge merge) {
        this.name = name;
        this.words = words;
        this.encoded = encoded;
        this.facts = facts;
        this.keys = keys;
        this.merge = merge;
    }

    private static Verb of(String name, int facts, KeyPositions keys) {
        String trimmed = name.strip().toUpperCase(Locale.ROOT);
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("a command needs a name, such as \"FT.SEARCH\"");
        }
        String[] parts = trimmed.split("\\s+", -1);
        StringBuilder wire = new StringBuilder();
        for (String part : parts) {
            int length = part.getBytes(StandardCharsets.UTF_8).length;
            wire.append('$').append(length).append("\r\n").append(part).append("\r\n");
        }
        byte[] encoded = wire.toString().getBytes(StandardCharsets.UTF_8);
        return new Verb(String.join(" ", parts), parts.length, encoded, facts, keys, null);
    }

    /** A verb that changes nothing, whose first argument is its key. */
    static Verb read(String name) {
        return of(name, READ_ONLY | IDEMPOTENT, KeyPositions.FIRST);
    }

    /** A verb that changes data, whose first argument is its key. */
    static Verb write(String name) {
        return of(name, 0, KeyPositions.FIRST);
    }

    /** The verb of a command outside the catalogue; those that block or change their connection are known here too. */
    static Verb generic(String name, Object[] arguments) {
        Verb verb = write(name);
        ConnectionState.checkWords(verb);
        return ConnectionState.facts(verb, arguments);
    }

    private Verb with(int fact) {
        return (facts & fact) == fact ? this : new Verb(name, words, encoded, facts | fact, keys, merge);
    }

    Verb keys(KeyPositions positions) {
        return new Verb(name, words, encoded, facts, positions, merge);
    }

    /** May be divided when a cluster has its keys in several slots; so are the answers made one. */
    Verb divided(Merge answers) {
        return new Verb(name, words, encoded, facts, keys, answers);
    }

    Verb readOnly() {
        return with(READ_ONLY | IDEMPOTENT);
    }

    Verb idempotent() {
        return with(IDEMPOTENT);
    }

    /** Waits at the server (BLPOP, XREAD BLOCK): it would hold up every caller of a shared connection. */
    Verb blocking() {
        return with(BLOCKING | DEDICATED);
    }

    /** Changes the state of its connection (SELECT, WATCH, SUBSCRIBE): refused on a shared one. */
    Verb dedicated() {
        return with(DEDICATED);
    }

    /** Is answered by a stream of messages, or by nothing: no connection of Millrace's can run it. */
    Verb streaming() {
        return with(STREAMING | DEDICATED);
    }

    /** Carries credentials: not even its keys are shown in the wire log. */
    Verb secret() {
        return with(SECRET);
    }

    /** Concerns every master of a cluster, not one slot (DBSIZE, FLUSHALL, SCRIPT LOAD). */
    Verb everyMaster() {
        return everyMaster(Merge.FIRST);
    }

    /** As {@link #everyMaster()}, the answers made one in a way of its own. */
    Verb everyMaster(Merge answers) {
        return new Verb(name, words, encoded, facts | KEYLESS_NODES, KeyPositions.NONE, answers);
    }

    /** Redis's name, upper case, words separated by one blank. */
    public String name() {
        return name;
    }

    /** How many words the name has; each is sent as an argument of its own. */
    public int words() {
        return words;
    }

    /** The name's words as bulk strings, ready for the wire; not to be changed. */
    public byte[] encoded() {
        return encoded;
    }

    /** Whether it changes nothing: it may be tried again and may be sent to a replica. */
    public boolean isReadOnly() {
        return (facts & READ_ONLY) != 0;
    }

    /** Whether running it twice does what running it once does: it may be tried again. */
    public boolean isIdempotent() {
        return (facts & IDEMPOTENT) != 0;
    }

    /** Whether it may wait at the server; it runs on a connection of its own. */
    public boolean isBlocking() {
        return (facts & BLOCKING) != 0;
    }

    /** Whether it needs a connection that no one else uses. */
    public boolean needsDedicatedConnection() {
        return (facts & DEDICATED) != 0;
    }

    /** Whether it is answered by a stream of messages, or by nothing, and so can't be run as a command. */
    public boolean isStreaming() {
        return (facts & STREAMING) != 0;
    }

    /** Whether its arguments are credentials or settings that must not be shown. */
    public boolean isSecret() {
        return (facts & SECRET) != 0;
    }

    /** Whether it concerns every master of a cluster. */
    public boolean concernsEveryMaster() {
        return (facts & KEYLESS_NODES) != 0;
    }

    /** How the answers of its parts are made one; null for a command that can't be divided. */
    public @Nullable Merge merge() {
        return merge;
    }

    /** Which arguments are keys. */
    public KeyPositions keys() {
        return keys;
    }

    int weight() {
        return encoded.length + 8;
    }

    @Override
    public String toString() {
        return name;
    }
}
