package dev.millrace.cache;

/**
 * A value that a reader was served, once or several times in a row.
 *
 * @param reader who: one thread of one process
 * @param key of which key
 * @param version which; 0 for "there is none"
 * @param lastBegan when the last of these reads began
 */
record Served(String reader, String key, long version, long lastBegan) {
    private static final String MARK = "served ";

    /** One line that {@link #parse} understands; names and keys have no spaces. */
    String line() {
        return MARK + reader + ' ' + key + ' ' + version + ' ' + lastBegan;
    }

    static boolean isOne(String line) {
        return line.startsWith(MARK);
    }

    static Served parse(String line) {
        String[] parts = line.substring(MARK.length()).split(" ");
        return new Served(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }
}
