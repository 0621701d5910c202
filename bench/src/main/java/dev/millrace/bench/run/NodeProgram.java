package dev.millrace.bench.run;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.ServerAddress;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program that speaks for BullMQ, and its packages: {@code npm ci} fetches them, in the versions of the lock file,
 * into a folder under {@code target} when they are first asked for.
 */
public final class NodeProgram {
    private static final int OLDEST_NODE = 20;
    private static final Duration PATIENCE_WITH_NODE = Duration.ofSeconds(20);
    private static final Duration PATIENCE_WITH_NPM = Duration.ofMinutes(3);
    private static final String SCRIPT = "bullmq.js";
    private static final String LOCK = "package-lock.json";
    private static final List<String> FILES = List.of(SCRIPT, "package.json", LOCK);

    /** System property with the folder of the project; the launcher sets it. */
    private static final String HOME_PROPERTY = "millrace.home";

    private NodeProgram() {}

    /**
     * BullMQ as a contestant.
     *
     * @throws ContestantUnavailable if there is no Node or npm that is new enough, or the packages can't be had
     */
    public static Contestant bullmq(ServerAddress server) throws ContestantUnavailable, InterruptedException {
        return new ProcessContestant(
                ClientName.BULLMQ,
                server,
                command(System.getenv("PATH"), Path.of(System.getProperty(HOME_PROPERTY, "."))));
    }

    static List<String> command(@Nullable String path, Path home) throws ContestantUnavailable, InterruptedException {
        Path node = onPath(path, "node");
        Path npm = onPath(path, "npm");
        requireNew(node);
        try {
            Path folder = folder(home);
            return List.of(node.toString(), installed(folder, npm).toString());
        } catch (IOException e) {
            throw new ContestantUnavailable("its packages can't be put under target: " + e.getMessage());
        }
    }

    private static Path onPath(@Nullable String path, String program) throws ContestantUnavailable {
        return Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new ContestantUnavailable(
                        program + " is not on the PATH; install Node " + OLDEST_NODE + " or newer with npm"));
    }

    private static void requireNew(Path node) throws ContestantUnavailable, InterruptedException {
        String version = run(List.of(node.toString(), "--version"), PATIENCE_WITH_NODE, Path.of("."), "node --version");
        String major = version.strip().replaceFirst("^v(\\d{1,6})[\\s\\S]*$", "$1");
        if (!major.matches("\\d+") || Integer.parseInt(major) < OLDEST_NODE) {
            throw new ContestantUnavailable("it needs Node " + OLDEST_NODE + " or newer, and node on the PATH is "
                    + version.lines().findFirst().orElse("of no known version"));
        }
    }

    /** One for each lock file, so that other versions are fetched anew. */
    private static Path folder(Path home) throws IOException {
        try (InputStream lock = resource(LOCK)) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(lock.readAllBytes());
            return home.resolve("target/peers-node")
                    .resolve(HexFormat.of().formatHex(digest, 0, 6))
                    .toAbsolutePath()
                    .normalize();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(NodeProgram.class.getResourceAsStream("/dev/millrace/bench/node/" + name), name);
    }

    private static Path installed(Path folder, Path npm)
            throws IOException, ContestantUnavailable, InterruptedException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            try (InputStream content = resource(file)) {
                Files.copy(content, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        // npm ci leaves half of it behind when it is ended in the middle.
        Path complete = folder.resolve("complete");
        if (!Files.exists(complete)) {
            String unused = run(
                    List.of(npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
                    PATIENCE_WITH_NPM,
                    folder,
                    "npm ci");
            Files.writeString(complete, "");
        }
        return folder.resolve(SCRIPT);
    }

    private static String run(List<String> command, Duration patience, Path folder, String called)
            throws ContestantUnavailable, InterruptedException {
        Path output = null;
        Process process = null;
        try {
            output = Files.createTempFile("millrace-peers-", ".log");
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            String said = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new ContestantUnavailable(called
                        + (ended
                                ? " ended with exit status " + process.exitValue()
                                : " did not end within " + patience.toSeconds() + " s")
                        + firstLine(said).map(line -> ": " + line).orElse(""));
            }
            return said;
        } catch (IOException e) {
            throw new ContestantUnavailable(called + " could not be run: " + e.getMessage());
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (output != null) {
                boolean unused = output.toFile().delete();
            }
        }
    }

    /** The first line tells more than the last: npm ends by naming its log. */
    private static Optional<String> firstLine(String said) {
        return said.lines().filter(line -> !line.isBlank()).findFirst();
    }
}
