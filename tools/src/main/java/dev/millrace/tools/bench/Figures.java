package dev.millrace.tools.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What each run of a trial came to, for its remark: the median leaves out the run that warms up, whose figures nobody
 * wants. Confined to the thread that measures.
 */
final class Figures {
    private final List<Double> runs = new ArrayList<>();

    void add(double figure) {
        runs.add(figure);
    }

    /** The middle one, the mean of the middle two, or not a number where there is none. */
    double median() {
        if (runs.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>(runs);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
