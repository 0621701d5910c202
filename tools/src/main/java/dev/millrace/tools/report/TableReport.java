package dev.millrace.tools.report;

import java.util.List;

/** The report as an aligned table for a terminal. Stateless. */
public final class TableReport {
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
            text.append(table(results, Column.of(results, comparisons)));
        });
        if (!report.remarks().isEmpty()) {
            text.append('\n');
            report.remarks().forEach(remark -> text.append(remark).append('\n'));
        }
        return text.toString();
    }

    private static String table(List<Result> results, List<Column> columns) {
        TextTable table = new TextTable();
        columns.forEach(column -> table.column(column.heading(), column.numeric()));
        results.forEach(result ->
                table.row(columns.stream().map(column -> column.text(result)).toList()));
        return table.toString();
    }
}
