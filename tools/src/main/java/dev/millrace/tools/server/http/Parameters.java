package dev.millrace.tools.server.http;

import io.javalin.http.Context;
import java.util.List;

/** What stands behind the question mark, checked. Stateless. */
public final class Parameters {
    private Parameters() {}

    /**
     * A whole number.
     *
     * @param preset what it is where it is not given
     * @throws Problem 400 if it is no whole number in the range
     */
    public static int number(Context context, String name, int preset, int least, int most) {
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

    /**
     * One of some words, the first where it is not given.
     *
     * @throws Problem 400 if it is none of them
     */
    public static String word(Context context, String name, List<String> possible) {
        String given = context.queryParam(name);
        if (given == null) {
            return possible.getFirst();
        }
        if (!possible.contains(given)) {
            throw Problem.badRequest(name + " must be one of " + String.join(", ", possible));
        }
        return given;
    }
}
