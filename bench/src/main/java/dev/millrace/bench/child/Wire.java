package dev.millrace.bench.child;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lines between the two sides: a request is one line of JSON; an answer is one too, behind a mark, for a client
 * may print to standard output on its own.
 *
 * <p>Thread-safe.
 */
public final class Wire {
    private static final String MARK = "@answer ";
    private static final JsonMapper JSON = JsonMapper.shared();

    private Wire() {}

    /** The line of a request, without its end. */
    public static String line(Request request) {
        return JSON.writeValueAsString(request);
    }

    /** The line of an answer, without its end. */
    static String line(Answer answer) {
        return MARK + JSON.writeValueAsString(answer);
    }

    /**
     * Reads the line of a request.
     *
     * @throws JacksonException if it is none
     */
    static Request request(String line) {
        return JSON.readValue(line, Request.class);
    }

    /**
     * Reads a line of a child's standard output.
     *
     * @return empty if the line is no answer but something a client printed
     * @throws JacksonException if the line is marked as an answer and is none
     */
    public static Optional<Answer> answer(String line) {
        return line.startsWith(MARK)
                ? Optional.of(JSON.readValue(line.substring(MARK.length()), Answer.class))
                : Optional.empty();
    }
}
