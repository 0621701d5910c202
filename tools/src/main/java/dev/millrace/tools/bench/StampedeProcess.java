package dev.millrace.tools.bench;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.cache.Cache;
import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.topology.Deployment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own with a client and a cache of its own, some of whose callers storm a key when told to; this class is
 * both its handle here and its main class there. Told line by line over its standard input, words apart by tabs; the first
 * line is how to reach the servers, so that no password is on a command line. It ends when its input does, which is also
 * when this process ends in whatever way. Confined to one thread.
 */
final class StampedeProcess implements AutoCloseable {
    private static final String TAB = "\t";
    private static final String HOLD = "hold";
    private static final String HELD = "held";
    private static final String FORGET = "forget";
    private static final String FORGOTTEN = "forgotten";
    private static final String STORM = "storm";
    private static final String STORMED = "stormed";
    private static final String FAILED = "failed";

    private final Process process;
    private final Writer input;
    private final BufferedReader output;

    private StampedeProcess(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * What its callers of one storm came to.
     *
     * @param wrong how many got another value than the one expected
     * @param nanos how long each waited
     */
    record Outcome(long wrong, long[] nanos) {}

    /** Starts one, whose cache has keys that begin with the prefix. */
    static StampedeProcess start(MillraceOptions options, String prefix) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StampedeProcess.class.getName());
        StampedeProcess started = new StampedeProcess(
                new ProcessBuilder(command).redirectError(Redirect.DISCARD).start());
        List<String> words = new ArrayList<>(List.of(prefix));
        variables(options).forEach((name, value) -> words.add(name + "=" + value));
        started.tell(words);
        return started;
    }

    /** The options as the variables that make the same of them, for a client at a server's own address. */
    static Map<String, String> variables(MillraceOptions options) {
        Map<String, String> variables = new LinkedHashMap<>();
        int database = options.connection().login().database();
        switch (options.deployment()) {
            case Deployment.OneServer one -> variables.put("REDIS_URL", url(one.endpoint(), database));
            case Deployment.Cluster cluster -> variables.put("REDIS_CLUSTER_NODES", urls(cluster.seeds()));
            case Deployment.Sentinel sentinel -> {
                variables.put("REDIS_SENTINEL_NODES", urls(sentinel.sentinels()));
                variables.put("REDIS_SENTINEL_MASTER", sentinel.master());
                put("REDIS_SENTINEL_", sentinel.sentinelLogin().credentials().get(), variables);
            }
        }
        put("REDIS_", options.connection().login().credentials().get(), variables);
        return variables;
    }

    private static void put(String prefix, @Nullable Credentials credentials, Map<String, String> variables) {
        if (credentials != null) {
            String user = credentials.username();
            if (user != null) {
                variables.put(prefix + "USERNAME", user);
            }
            variables.put(prefix + "PASSWORD", credentials.password());
        }
    }

    private static String urls(List<Endpoint.Tcp> endpoints) {
        return endpoints.stream().map(endpoint -> url(endpoint, 0)).collect(Collectors.joining(","));
    }

    private static String url(Endpoint endpoint, int database) {
        return switch (endpoint) {
            case Endpoint.Tcp tcp ->
                (tcp.tls() == null ? "redis://" : "rediss://") + tcp.name() + (database == 0 ? "" : "/" + database);
            case Endpoint.Unix unix -> "unix://" + unix.path() + (database == 0 ? "" : "?db=" + database);
        };
    }

    /** Has it take keys into memory. */
    void hold(List<String> keys) throws IOException {
        tell(HOLD, keys);
    }

    void awaitHeld() throws IOException {
        String[] unused = hear(HELD);
    }

    /** Has it say when none of the keys is in memory any more. */
    void forget(List<String> keys) throws IOException {
        tell(FORGET, keys);
    }

    void awaitForgotten() throws IOException {
        String[] unused = hear(FORGOTTEN);
    }

    /** Has its callers ask for a key, which they load, if need be, as that value, and count there. */
    void storm(int callers, String key, String counter, String value) throws IOException {
        tell(List.of(STORM, Integer.toString(callers), key, counter, value));
    }

    Outcome awaitOutcome() throws IOException {
        String[] words = hear(STORMED);
        return new Outcome(
                Long.parseLong(words[1]),
                Arrays.stream(words[2].split(",")).mapToLong(Long::parseLong).toArray());
    }

    private void tell(String verb, List<String> keys) throws IOException {
        List<String> words = new ArrayList<>(List.of(verb));
        words.addAll(keys);
        tell(words);
    }

    private void tell(List<String> words) throws IOException {
        input.write(String.join(TAB, words) + "\n");
        input.flush();
    }

    private String[] hear(String what) throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(what)) {
            throw new IOException("a process of the suite " + (line == null ? "has ended" : "said: " + line));
        }
        return line.split(TAB);
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Runs in the process. */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String[] first = orders.readLine().split(TAB);
        Map<String, String> variables = new LinkedHashMap<>();
        for (String word : List.of(first).subList(1, first.length)) {
            int equals = word.indexOf('=');
            variables.put(word.substring(0, equals), word.substring(equals + 1));
        }
        try (Millrace redis = Millrace.connect(
                        MillraceOptions.fromEnvironment(variables).build());
                Cache<String, String> cache = redis.cache(CacheStampedeWorkload.options(first[0]))) {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                answers.println(obey(line.split(TAB), redis, cache));
            }
        } catch (Exception e) {
            answers.println(FAILED + TAB + e.getMessage());
        }
    }

    private static String obey(String[] order, Millrace redis, Cache<String, String> cache) throws Exception {
        List<String> rest = List.of(order).subList(1, order.length);
        if (order[0].equals(HOLD)) {
            Map<String, String> unused = cache.getAll(rest);
            return HELD;
        }
        if (order[0].equals(FORGET)) {
            CacheStampedeWorkload.awaitForgotten(cache, rest);
            return FORGOTTEN;
        }
        long[] nanos = new long[Integer.parseInt(order[1])];
        var loader = CacheStampedeWorkload.loader(redis, order[3], order[4]);
        long wrong =
                CacheStampedeWorkload.together(nanos.length, order[2], order[4], key -> cache.get(key, loader), nanos);
        return STORMED
                + TAB
                + wrong
                + TAB
                + LongStream.of(nanos).mapToObj(Long::toString).collect(Collectors.joining(","));
    }
}
