package dev.millrace.bench.workload;

import dev.millrace.tools.report.ThreadKind;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the user wants of the table; an empty list leaves nothing out, but for the workloads through a cache and those through
 * a queue, which are tables of their own. Callers and threads choose among the cells of
 * the blocking workloads, batch sizes among those of the batch workloads; a choice does not touch workloads it says
 * nothing about.
 *
 * @param workloads the workloads wanted
 * @param callers the numbers of callers wanted
 * @param threads the kinds of thread wanted
 * @param batches the batch sizes wanted
 */
public record CellChoice(
        List<Workload> workloads, List<Integer> callers, List<ThreadKind> threads, List<Integer> batches) {

    /**
     * Checks that every number chosen exists.
     *
     * @throws IllegalArgumentException if a number of callers or a batch size is none of the measured ones
     */
    public CellChoice {
        workloads = List.copyOf(workloads);
        callers = List.copyOf(callers);
        threads = List.copyOf(threads);
        batches = List.copyOf(batches);
        requireKnown("--callers", callers, Cell.callerCounts(ThreadKind.VIRTUAL));
        requireKnown("--batch", batches, Cell.BATCH_SIZES);
    }

    /**
     * The cells wanted, in the order they are measured.
     *
     * @return at least one cell
     * @throws IllegalArgumentException if the choices exclude each other
     */
    public List<Cell> cells() {
        List<Cell> cells = Stream.of(Workload.values())
                .filter(workload -> workloads.isEmpty() ? workload.isOfClients() : workloads.contains(workload))
                .flatMap(workload -> workload.cells().stream())
                .filter(this::wants)
                .toList();
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("nothing left to measure: platform threads run with "
                    + numbers(Cell.callerCounts(ThreadKind.PLATFORM))
                    + " callers, virtual ones with " + numbers(Cell.callerCounts(ThreadKind.VIRTUAL))
                    + "; choose fewer restrictions");
        }
        return cells;
    }

    private boolean wants(Cell cell) {
        return switch (cell.workload().shape()) {
            case BLOCKING -> wants(callers, cell.callers()) && wants(threads, cell.threads());
            case ASYNCHRONOUS, CACHE, QUEUE -> true;
            case BATCH -> wants(batches, cell.batch());
        };
    }

    private static <T> boolean wants(Collection<T> chosen, T one) {
        return chosen.isEmpty() || chosen.contains(one);
    }

    private static void requireKnown(String option, List<Integer> chosen, List<Integer> known) {
        for (Integer number : chosen) {
            if (!known.contains(number)) {
                throw new IllegalArgumentException(option + " " + number + ": choose among " + numbers(known));
            }
        }
    }

    private static String numbers(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
