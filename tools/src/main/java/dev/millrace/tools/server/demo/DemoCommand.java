package dev.millrace.tools.server.demo;

import dev.millrace.tools.BadInput;
import dev.millrace.tools.server.ReferenceServer;
import dev.millrace.tools.server.ServeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code millrace demo}: the reference server with trackers, listeners, players and readers that keep it busy. */
@Command(
        name = "demo",
        description =
                "Start the reference server and give it something to do: flights, rooms, players, jobs, cached reads.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Open the printed address in a browser to see what it does. It ends after --for, or by Ctrl-C.",
            "Redis is what REDIS_URL and the like name; else an embedded server of this process's own, which keeps nothing."
        })
public final class DemoCommand implements Callable<Integer> {
    /** System property with the folder of the project; the launcher sets it. */
    private static final String HOME_PROPERTY = "millrace.home";

    /** A database in which nobody has anything to lose. */
    private static final String THROWAWAY = "jdbc:h2:mem:";

    private static final Duration ENDLESS = Duration.ofDays(3_650);
    private static final long STOP_SECONDS = 30;

    /** A type that can never succeed: of those a few are enough, and payloads see to them. */
    private static final String FAILING = "fail";

    private static final List<String> JOB_TYPES = List.of("mail", "report", "thumbnail");

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Lasting.class,
            description = "How long, such as 30s or 5m; until Ctrl-C by default.")
    private @Nullable Duration lasting;

    @Option(names = "--port", paramLabel = "PORT", description = "As MILLRACE_PORT: 8080 by default, 0 for a free one.")
    private @Nullable Integer port;

    @Option(
            names = "--flights",
            paramLabel = "DIR",
            description =
                    "Flights that are flown again, a folder of .igc files; those that come with Millrace by default.")
    private @Nullable Path flights;

    @Option(
            names = "--speed",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "How much faster than usual, 0.1 to 100; ${DEFAULT-VALUE} by default.")
    private double speed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli, which fills in the options. */
    public DemoCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (!(speed >= 0.1 && speed <= 100)) {
            throw new BadInput("--speed must be a number from 0.1 to 100");
        }
        Recordings recordings =
                Recordings.read(flights == null ? Path.of(System.getProperty(HOME_PROPERTY, "."), "flights") : flights);
        ServeOptions options = options();
        Pace pace = new Pace(speed);
        CountDownLatch over = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(pace, over), "millrace-demo-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(options, recordings, pace);
        } finally {
            over.countDown();
            unhook(hook);
        }
    }

    /** Ctrl-C: the process ends when this does, so it waits for the summary and for the server, but not for ever. */
    private static void stop(Pace pace, CountDownLatch over) {
        pace.end();
        try {
            boolean unused = over.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void unhook(Thread hook) {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The JVM is ending, and the hook has seen that this is over.
        }
    }

    private ServeOptions options() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("MILLRACE_ACCESS_LOG", "off");
        environment.putIfAbsent("MILLRACE_GAME_PORT", Integer.toString(freePort()));
        if (port != null) {
            environment.put("MILLRACE_PORT", port.toString());
        }
        return ServeOptions.of(environment, null);
    }

    /** Chosen here, for the players must know it. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BadInput("no port is free for the game; name one by MILLRACE_GAME_PORT");
        }
    }

    private int run(ServeOptions options, Recordings recordings, Pace pace) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Tally tally = new Tally();
        try (ReferenceServer server = ReferenceServer.start(options);
                Caller caller = new Caller(server.url(), options.http().token(), tally)) {
            List<Actor> actors = List.of(
                    new Pilots(recordings),
                    new Landings(recordings),
                    new Listeners(),
                    new Players(
                            options.http().host(),
                            options.gamePort(),
                            options.http().token()),
                    new Requesters(jobTypes(server.openApi().document())),
                    new Readers(options.jdbcUrl().startsWith(THROWAWAY)),
                    new Visitors());
            Demo demo = new Demo(new Stage(caller, tally, pace), actors, routes(server, options));
            out.println("Millrace serves at " + server.url() + ", on Redis at " + server.redis());
            demo.missing().forEach((name, route) -> out.println("without " + name + ": this server has no " + route));
            out.println(
                    lasting == null ? "Ctrl-C ends it." : "It ends in " + lasting.toSeconds() + " s, or by Ctrl-C.");
            out.flush();
            DemoLine line = new DemoLine(System.err, tally);
            demo.run(lasting == null ? ENDLESS : lasting, () -> line.look(tripsSaved(caller)));
            line.end();
            summary(out, tally, tripsSaved(caller));
        }
        return tally.failed() == 0 ? 0 : 1;
    }

    private static Set<String> routes(ReferenceServer server, ServeOptions options) {
        return server.routes().stream()
                .filter(route -> options.gamePort() > 0 || !route.path().equals("/api/connections"))
                .map(route -> route.method().name() + " " + route.path())
                .collect(Collectors.toSet());
    }

    /** The types of jobs that the server says it knows. */
    static List<String> jobTypes(JsonNode document) {
        JsonNode schema = document.at("/paths/~1api~1jobs/post/requestBody/content/application~1json/schema");
        if (schema.has("$ref")) {
            schema = document.at(schema.get("$ref").asString().substring(1));
        }
        List<String> types = schema.at("/properties/type/enum")
                .valueStream()
                .map(type -> type.asString(""))
                .filter(type -> !type.equals(FAILING))
                .toList();
        return types.isEmpty() ? JOB_TYPES : types;
    }

    /** As the server's own figures say, since it began; -1 if it does not say. */
    private static long tripsSaved(Caller caller) {
        try {
            return caller.get("figures", "/api/dashboard")
                    .json()
                    .at("/client/tripsSaved")
                    .asLong(-1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static void summary(PrintWriter out, Tally tally, long tripsSaved) {
        tally.lines().forEach(out::println);
        out.println(String.format(
                Locale.ROOT,
                "%,d requests were done, %,d failed; %,d round trips to Redis were saved",
                tally.done(),
                tally.failed(),
                tripsSaved));
        out.flush();
    }
}
