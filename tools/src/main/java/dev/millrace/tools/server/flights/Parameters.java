package dev.millrace.tools.server.flights;

import dev.millrace.tools.server.http.Problem;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark, checked. Stateless. */
final class Parameters {
    private Parameters() {}

    /** @throws Problem 400 if it is no whole number in the range */
    static int number(Context context, String name, int preset, int least, int most) {
        String given = context.queryParam(name);
        if (given == null) {
            return preset;
        }
        try {
            int number = Integer.parseInt(given);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            // told below
        }
        throw Problem.badRequest(name + " must be a whole number from " + least + " to " + most);
    }

    /** One of some words, the first by default. @throws Problem 400 if it is none of them */
    static String word(Context context, String name, List<String> possible) {
        String given = context.queryParam(name);
        if (given == null) {
            return possible.getFirst();
        }
        if (!possible.contains(given)) {
            throw Problem.badRequest(name + " must be one of " + String.join(", ", possible));
        }
        return given;
    }

    /** The id of a flight, if there is one. @throws Problem 400 if it can't be one */
    static @Nullable String flight(Context context) {
        String given = context.queryParam("flight");
        try {
            return given == null ? null : FlightId.checked(given);
        } catch (IllegalArgumentException impossible) {
            throw Problem.badRequest(String.valueOf(impossible.getMessage()));
        }
    }
}
