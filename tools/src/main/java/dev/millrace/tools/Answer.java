package dev.millrace.tools;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a command answers: as text for people, or as JSON for programs; a picocli mixin. Confined to one thread. */
public final class Answer {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(names = "--json", description = "Answer in JSON, on standard output.")
    private boolean json;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** For picocli, which fills in the option. */
    public Answer() {}

    /** Whether JSON is wanted. */
    public boolean isJson() {
        return json;
    }

    /** Prints text, which ends its lines itself. */
    public void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    /** Prints JSON. */
    public void print(Map<String, Object> object) {
        print(MAPPER.writeValueAsString(object) + System.lineSeparator());
    }

    /** Prints one line for people, or the same as JSON. */
    public void print(String line, Map<String, Object> object) {
        if (json) {
            print(object);
        } else {
            print(line + System.lineSeparator());
        }
    }
}
