package dev.millrace.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A command that was run as a user runs it.
 *
 * @param status the exit status
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
public record CommandRun(int status, String out, String err) {
    /** Runs the command line. */
    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }

    /** Fails unless it went well and said nothing on standard error; returns it. */
    public CommandRun fine() {
        assertThat(err).isEmpty();
        assertThat(status).isZero();
        return this;
    }

    /** Fails unless it ended with this status and a single line of complaint, which has these words. */
    public void refused(int wanted, String... words) {
        assertThat(err).contains(words).hasLineCount(1).doesNotContain("\tat ", "Exception");
        assertThat(status).isEqualTo(wanted);
        assertThat(out).isEmpty();
    }

    /** What it printed, as JSON. */
    public JsonNode json() {
        return JsonMapper.builder().build().readTree(out);
    }
}
