package dev.millrace.command;

/**
 * Where in a stream reading begins. Immutable.
 *
 * @param text as Redis writes it: an id, {@code $}, {@code +} or {@code >}
 */
public record ReadFrom(String text) {
    private static final ReadFrom BEGINNING = new ReadFrom("0-0");
    private static final ReadFrom NEW_ENTRIES = new ReadFrom("$");
    private static final ReadFrom LAST_ENTRY = new ReadFrom("+");
    private static final ReadFrom UNDELIVERED = new ReadFrom(">");

    /** @throws IllegalArgumentException if the text is neither an id nor one of the signs */
    public ReadFrom {
        if (!text.equals("$") && !text.equals("+") && !text.equals(">")) {
            StreamId.parse(text);
        }
    }

    /** At the first entry. For a group's consumer: at the first of its own pending entries. */
    public static ReadFrom beginning() {
        return BEGINNING;
    }

    /** After this entry. For a group's consumer: among its own pending entries. */
    public static ReadFrom after(StreamId id) {
        return new ReadFrom(id.toString());
    }

    /** After the entry that is the last one now ({@code $}): only what comes while the command waits. */
    public static ReadFrom newEntries() {
        return NEW_ENTRIES;
    }

    /** At the entry that is the last one now ({@code +}); XREAD only, from Redis 7.4. */
    public static ReadFrom lastEntry() {
        return LAST_ENTRY;
    }

    /** At what no consumer of the group was given yet ({@code >}); XREADGROUP only. */
    public static ReadFrom undelivered() {
        return UNDELIVERED;
    }
}
