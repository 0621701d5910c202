package dev.millrace.tools.flight;

import java.util.ArrayList;
import java.util.List;

/** Collects {@link Problems} while a file is read. Confined to one parse. */
final class ProblemLog {
    private final List<Problems.Problem> first = new ArrayList<>();
    private long count;

    void add(long line, String message) {
        count++;
        if (first.size() < Problems.KEPT) {
            first.add(new Problems.Problem(line, message));
        }
    }

    Problems problems() {
        return new Problems(count, first);
    }
}
