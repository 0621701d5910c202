package dev.millrace.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server's functions are doing.
 *
 * @param running the function that is running; null for none
 * @param engines what there is, by the name of the engine
 */
public record FunctionStats(@Nullable Running running, Map<String, Engine> engines) {
    static final Decoder<FunctionStats> DECODER = reply -> {
        Attributes stats = Attributes.read(reply);
        Value running = stats.orNull("running_script");
        Map<String, Engine> engines = new LinkedHashMap<>();
        Attributes.of(stats.get("engines")).values().forEach((name, value) -> {
            Attributes engine = Attributes.of(value);
            engines.put(name, new Engine(engine.number("libraries_count"), engine.number("functions_count")));
        });
        return new FunctionStats(running == null ? null : Running.of(Attributes.of(running)), engines);
    };

    /**
     * A function that is running.
     *
     * @param name its name
     * @param command the command that called it, with its keys and arguments
     * @param duration for how long, in milliseconds
     */
    public record Running(String name, List<String> command, Duration duration) {
        private static Running of(Attributes running) {
            return new Running(running.text("name"), running.texts("command"), running.millis("duration_ms"));
        }

        /** Without keys and arguments, which have no place in a log. */
        @Override
        public String toString() {
            return "Running[name=" + name + ", duration=" + duration + "]";
        }
    }

    /**
     * What an engine has.
     *
     * @param libraries how many libraries
     * @param functions how many functions in them
     */
    public record Engine(long libraries, long functions) {}
}
