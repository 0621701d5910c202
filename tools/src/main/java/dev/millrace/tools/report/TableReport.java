package dev.millrace.tools.report;

import java.util.ArrayList;
import java.util.List;

/** The report as an aligned table for a terminal. Stateless. */
public final class TableReport {
    private static final String GAP = "  ";

    private TableReport() {}

    /**
     * The tables: a line about the machine and one about the server, then a table per workload with the columns that its
     * results fill, the remarks below.
     *
     * @param comparisons ratio columns, shown after the throughput
     */
    public static String text(Report report, List<Comparison> comparisons) {
        StringBuilder text = new StringBuilder();
        text.append("machine: ").append(report.machine().summary()).append('\n');
        text.append("server:  ").append(report.server().summary()).append('\n');
        report.byWorkload().forEach((workload, results) -> {
            text.append('\n').append(workload).append('\n');
            appendTable(text, results, Column.of(results, comparisons));
        });
        if (!report.remarks().isEmpty()) {
            text.append('\n');
            report.remarks().forEach(remark -> text.append(remark).append('\n'));
        }
        return text.toString();
    }

    private static void appendTable(StringBuilder text, List<Result> results, List<Column> columns) {
        int[] widths =
                columns.stream().mapToInt(column -> width(column, results)).toArray();
        text.append(row(columns, columns.stream().map(Column::heading).toList(), widths));
        text.append(row(columns, rules(widths), widths));
        for (Result result : results) {
            text.append(row(
                    columns, columns.stream().map(column -> column.text(result)).toList(), widths));
        }
    }

    private static int width(Column column, List<Result> results) {
        return results.stream()
                .mapToInt(result -> column.text(result).length())
                .reduce(column.heading().length(), Math::max);
    }

    private static List<String> rules(int[] widths) {
        List<String> rules = new ArrayList<>();
        for (int width : widths) {
            rules.add("─".repeat(width));
        }
        return rules;
    }

    private static String row(List<Column> columns, List<String> cells, int[] widths) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String padding = " ".repeat(widths[i] - cell.length());
            row.append(columns.get(i).numeric() ? padding + cell : cell + padding);
            row.append(GAP);
        }
        return row.toString().stripTrailing() + '\n';
    }
}
