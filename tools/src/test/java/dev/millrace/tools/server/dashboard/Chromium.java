package dev.millrace.tools.server.dashboard;

import dev.millrace.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A headless Chromium of this machine, spoken to by the DevTools protocol. It has a profile of its own, which is removed with it.
 * Confined to one thread.
 */
final class Chromium implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Page> pages = new ArrayList<>();
    private final Path profile;
    private final Process process;
    private final int port;

    private Chromium(Path profile, Process process) {
        this.profile = profile;
        this.process = process;
        this.port = awaitPort();
    }

    /** The program, where there is one on PATH. */
    static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start() {
        try {
            Path profile = Files.createTempDirectory("millrace-chromium");
            List<String> command = List.of(
                    program().orElseThrow().toString(),
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-extensions",
                    "--disable-sync",
                    "--no-first-run",
                    "--no-default-browser-check",
                    "--hide-scrollbars",
                    "--remote-debugging-port=0",
                    "--user-data-dir=" + profile,
                    "about:blank");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Chromium(profile, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It writes the port that it took into its profile. */
    private int awaitPort() {
        Path file = profile.resolve("DevToolsActivePort");
        Await.until(
                START,
                () -> !process.isAlive() || lines(file).size() >= 2,
                () -> "Chromium names its port, running: " + process.isAlive());
        return Integer.parseInt(lines(file).getFirst());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of(); // it is being written
        }
    }

    /** A new page. */
    Page page() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(BodyPublishers.noBody())
                .timeout(START)
                .build();
        try {
            String answer = client.send(request, BodyHandlers.ofString()).body();
            String socket = JsonMapper.shared()
                    .readTree(answer)
                    .get("webSocketDebuggerUrl")
                    .asString();
            Page page = Page.open(client, URI.create(socket));
            pages.add(page);
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        pages.forEach(Page::close);
        client.close();
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(
                its -> its.onExit().completeOnTimeout(its, 5, TimeUnit.SECONDS).join());
        removeProfile();
    }

    private void removeProfile() {
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                boolean unused = file.toFile().delete();
            });
        } catch (IOException | UncheckedIOException e) {
            // it is in the folder for what is temporary
        }
    }
}
