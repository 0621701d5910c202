package dev.millrace.tools.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON form of a {@link Report}, both ways. Stateless. */
public final class JsonReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final JsonMapper ONE_LINE = JsonMapper.builder().build();

    private JsonReport() {}

    /** The report as indented JSON. */
    public static String text(Report report) {
        return MAPPER.writeValueAsString(report) + System.lineSeparator();
    }

    /**
     * Writes the report to a file, replacing it.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Report report, Path file) throws IOException {
        Files.writeString(file, text(report));
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws tools.jackson.core.JacksonException if it is not such a report
     */
    public static Report parse(String json) {
        return MAPPER.readValue(json, Report.class);
    }

    /** A single result on one line, for a child process that hands its figures to its parent. */
    public static String line(Result result) {
        return ONE_LINE.writeValueAsString(result);
    }

    /**
     * Reads what {@link #line} wrote.
     *
     * @throws tools.jackson.core.JacksonException if it is not such a result
     */
    public static Result parseLine(String json) {
        return ONE_LINE.readValue(json, Result.class);
    }
}
