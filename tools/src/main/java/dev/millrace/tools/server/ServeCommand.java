package dev.millrace.tools.server;

import dev.millrace.tools.BadInput;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace serve}: the reference server, until it is told to stop. */
@Command(
        name = "serve",
        description = "Start the reference server: five services over HTTP, and a dashboard.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Redis is what REDIS_URL and the like name; else an embedded server of this process's own, which keeps nothing.",
            "It stops on SIGTERM or Ctrl-C: requests under way are ended, batches flushed, jobs handed back."
        })
public final class ServeCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "Java properties; the environment goes before them.")
    private @Nullable Path config;

    @Option(names = "--print-config", description = "Print all variables with their values and meanings, and end.")
    private boolean printConfig;

    @Option(names = "--port", paramLabel = "PORT", description = "As MILLRACE_PORT: 8080 by default, 0 for a free one.")
    private @Nullable Integer port;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli, which fills in the options. */
    public ServeCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (port != null) {
            environment.put("MILLRACE_PORT", port.toString());
        }
        ServeOptions options = ServeOptions.of(environment, config);
        if (printConfig) {
            print(options.printed());
            return 0;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        try (ReferenceServer server = ReferenceServer.start(options)) {
            Thread hook = new Thread(() -> stop(server, stopped, options), "millrace-stop");
            try {
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException stopping) {
                throw new BadInput("the process is stopping");
            }
            print("Millrace serves at " + server.url() + ", on Redis at " + server.redis() + "\n");
            stopped.await();
        }
        return 0;
    }

    /** The process ends when this does, so it waits, but no longer than it may. */
    private static void stop(ReferenceServer server, CountDownLatch stopped, ServeOptions options) {
        Thread closing = Thread.ofPlatform().daemon().start(server::close);
        try {
            closing.join(options.grace().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopped.countDown();
    }

    private void print(String text) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }
}
