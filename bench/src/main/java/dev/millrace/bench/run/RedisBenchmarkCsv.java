package dev.millrace.bench.run;

import java.util.ArrayList;
import java.util.List;

/**
 * The line of figures that {@code redis-benchmark --csv} prints.
 *
 * @param operationsPerSecond requests per second
 * @param p50Millis median latency in milliseconds, of a whole pipeline
 * @param p99Millis 99th percentile of the same
 */
record RedisBenchmarkCsv(double operationsPerSecond, double p50Millis, double p99Millis) {
    private static final String THROUGHPUT = "rps";
    private static final String P50 = "p50_latency_ms";
    private static final String P99 = "p99_latency_ms";

    /**
     * Finds the figures by the names in the heading, for versions differ in their columns.
     *
     * @throws IllegalArgumentException if there is no heading with these names or no figures below it
     */
    static RedisBenchmarkCsv parse(List<String> lines) {
        List<String> heading = List.of();
        for (String line : lines) {
            List<String> cells = cells(line);
            if (cells.contains(THROUGHPUT)) {
                heading = cells;
            } else if (!heading.isEmpty() && cells.size() == heading.size()) {
                return new RedisBenchmarkCsv(
                        figure(heading, cells, THROUGHPUT), figure(heading, cells, P50), figure(heading, cells, P99));
            }
        }
        throw new IllegalArgumentException("redis-benchmark printed no figures; version 6.2 or newer is needed");
    }

    private static double figure(List<String> heading, List<String> cells, String name) {
        int column = heading.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException(
                    "redis-benchmark printed no " + name + "; version 6.2 or newer is needed");
        }
        try {
            return Double.parseDouble(cells.get(column));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("redis-benchmark printed a " + name + " that is no number", e);
        }
    }

    /** Every cell is quoted, and what is quoted (the command measured) may hold commas. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
