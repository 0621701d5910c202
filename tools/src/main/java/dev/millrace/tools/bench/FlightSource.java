package dev.millrace.tools.bench;

import dev.millrace.tools.BadInput;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.FlightFolder;
import dev.millrace.tools.flight.Problems.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flights a suite is fed with.
 *
 * @param folder where they came from
 * @param flights all of them, with at least one readable fix
 */
record FlightSource(Path folder, List<Flight> flights) {
    /** System property with the folder of the project; the launcher sets it. */
    private static final String HOME_PROPERTY = "millrace.home";

    private static final int SHOWN = 20;

    FlightSource {
        flights = List.copyOf(flights);
    }

    /**
     * Reads a folder, or the flights that come with Millrace if none is named.
     *
     * @throws dev.millrace.tools.flight.FlightException if the folder or a flight cannot be read
     * @throws BadInput if no line of them is a readable fix
     */
    static FlightSource read(@Nullable Path named) {
        Path folder = named == null ? Path.of(System.getProperty(HOME_PROPERTY, "."), "flights") : named;
        FlightSource source = new FlightSource(folder, FlightFolder.read(folder));
        if (source.flights.stream().allMatch(flight -> flight.points().isEmpty())) {
            throw new BadInput("no readable fix in the flights of " + folder + " (" + source.problemCount()
                    + " malformed lines); check that they are IGC files with a date record (HFDTE)");
        }
        return source;
    }

    boolean hasProblems() {
        return problemCount() > 0;
    }

    private long problemCount() {
        return flights.stream().mapToLong(flight -> flight.problems().count()).sum();
    }

    /** Names malformed lines, the first of them one by one and all of them in number. */
    void tellProblems(PrintWriter err) {
        if (!hasProblems()) {
            return;
        }
        int shown = 0;
        for (Flight flight : flights) {
            for (Problem problem : flight.problems().first()) {
                if (shown++ < SHOWN) {
                    err.println(flight.name() + " line " + problem.line() + ": " + problem.message());
                }
            }
        }
        long files =
                flights.stream().filter(flight -> flight.problems().count() > 0).count();
        err.printf(
                "%,d malformed %s in %d of %d flights left out%s; mend or remove them for an exit status of 0%n",
                problemCount(),
                problemCount() == 1 ? "line" : "lines",
                files,
                flights.size(),
                problemCount() > SHOWN ? ", the first " + SHOWN + " are named above" : "");
        err.flush();
    }
}
