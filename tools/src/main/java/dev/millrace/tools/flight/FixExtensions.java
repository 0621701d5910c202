package dev.millrace.tools.flight;

/**
 * Where an I record says that further columns of the fix records are; columns count from 1, both ends included. Only
 * those that make time and position finer are used: LAD and LOD (more digits of a minute), TDS (parts of a second). The
 * rest (accuracy, satellites, speed, …) is allowed and left out. Immutable.
 *
 * @param latitudeDigits the LAD column
 * @param longitudeDigits the LOD column
 * @param secondDigits the TDS column
 */
record FixExtensions(Span latitudeDigits, Span longitudeDigits, Span secondDigits) {
    /** No finer column at all. */
    static final FixExtensions NONE = new FixExtensions(Span.EMPTY, Span.EMPTY, Span.EMPTY);

    private static final int ENTRY_LENGTH = 7;
    private static final int FIRST_FREE_COLUMN = 36;

    /**
     * Columns {@code first} to {@code last} of a line.
     *
     * @param first column, from 1; 0 where there is no such column
     * @param last column, included
     */
    record Span(int first, int last) {
        static final Span EMPTY = new Span(0, -1);

        boolean isEmpty() {
            return first == 0;
        }

        /**
         * The digits as a fraction of {@code whole}, a power of ten; digits beyond its precision are dropped.
         *
         * @throws MalformedLine if the line is too short or has something else there
         */
        int scaled(String line, int whole, String name) throws MalformedLine {
            if (isEmpty()) {
                return 0;
            }
            if (line.length() < last) {
                throw new MalformedLine("too short for its " + name + " column, which the I record announces");
            }
            int value = 0;
            int unit = whole;
            for (int column = first; column <= last && unit >= 10; column++) {
                unit /= 10;
                value += unit * Columns.digit(line, column - 1, name);
            }
            return value;
        }
    }

    /**
     * Reads an I record: {@code I}, how many, then first column, last column and three letters for each.
     *
     * @throws MalformedLine if it is not one
     */
    static FixExtensions parse(String line) throws MalformedLine {
        String record = line.stripTrailing();
        int count = Columns.number(record, 1, 2, "the number of extensions");
        if (record.length() != 3 + count * ENTRY_LENGTH) {
            throw new MalformedLine("an I record with " + count + " extensions has " + (3 + count * ENTRY_LENGTH)
                    + " characters, this one has " + record.length());
        }
        FixExtensions extensions = NONE;
        for (int i = 0; i < count; i++) {
            int at = 3 + i * ENTRY_LENGTH;
            int first = Columns.number(record, at, 2, "an extension's first column");
            int last = Columns.number(record, at + 2, 2, "an extension's last column");
            if (first < FIRST_FREE_COLUMN || last < first) {
                throw new MalformedLine("extension " + (i + 1) + " has columns " + first + " to " + last);
            }
            Span span = new Span(first, last);
            extensions = switch (record.substring(at + 4, at + 7)) {
                case "LAD" -> new FixExtensions(span, extensions.longitudeDigits, extensions.secondDigits);
                case "LOD" -> new FixExtensions(extensions.latitudeDigits, span, extensions.secondDigits);
                case "TDS" -> new FixExtensions(extensions.latitudeDigits, extensions.longitudeDigits, span);
                default -> extensions;
            };
        }
        return extensions;
    }
}
