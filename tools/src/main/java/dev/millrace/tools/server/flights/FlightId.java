package dev.millrace.tools.server.flights;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** What flights are called: given by who sends them, or made of what they are. Stateless. */
final class FlightId {
    private static final Pattern POSSIBLE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final int MADE_OF = 12;

    private FlightId() {}

    /** @throws IllegalArgumentException if no flight can be called so */
    static String checked(String id) {
        if (!POSSIBLE.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "flight must be 1 to 100 letters, digits, dots, underscores and hyphens");
        }
        return id;
    }

    /** The id of a flight that came without one: the same content always has the same. */
    static String of(byte[] sha256) {
        return "f-" + HexFormat.of().formatHex(sha256, 0, MADE_OF).toLowerCase(Locale.ROOT);
    }
}
