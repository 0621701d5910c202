package dev.millrace.tools.report;

import java.util.ArrayList;
import java.util.List;

/** An aligned table for a terminal: headings, a rule, rows; numbers to the right. Confined to one thread. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<String> headings = new ArrayList<>();
    private final List<Boolean> numeric = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a column of texts. */
    public TextTable text(String heading) {
        return column(heading, false);
    }

    /** Adds a column of numbers. */
    public TextTable number(String heading) {
        return column(heading, true);
    }

    /** Adds a column of either kind. */
    public TextTable column(String heading, boolean isNumeric) {
        headings.add(heading);
        numeric.add(isNumeric);
        return this;
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are columns, without line ends
     * @throws IllegalArgumentException if they are fewer or more
     */
    public TextTable row(List<String> cells) {
        if (cells.size() != headings.size()) {
            throw new IllegalArgumentException(cells.size() + " cells in a table of " + headings.size() + " columns");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** As {@link #row(List)}. */
    public TextTable row(String... cells) {
        return row(List.of(cells));
    }

    /** The table, each line with its end. */
    @Override
    public String toString() {
        int[] widths = new int[headings.size()];
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = headings.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
            rules.add("─".repeat(widths[i]));
        }
        StringBuilder text = new StringBuilder();
        append(text, headings, widths);
        append(text, rules, widths);
        rows.forEach(row -> append(text, row, widths));
        return text.toString();
    }

    private void append(StringBuilder text, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(numeric.get(i) ? padding + cells.get(i) : cells.get(i) + padding)
                    .append(GAP);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
