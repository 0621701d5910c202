package dev.millrace.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The keytool of the running JDK, which makes key pairs with signed certificates; the JDK has no public API for it.
 *
 * <p>Immutable and thread-safe.
 */
final class Keytool {

    private static final String PASSWORD_VARIABLE = "MILLRACE_STORE_PASSWORD";
    private static final long DEADLINE_SECONDS = 60;

    private final Path executable;
    private final String password;

    Keytool(String password) {
        this.executable = Path.of(System.getProperty("java.home"), "bin", "keytool");
        this.password = password;
        if (!Files.isExecutable(executable)) {
            throw new IllegalStateException(
                    "no keytool at %s; TLS material needs a full Java installation".formatted(executable));
        }
    }

    /** A keytool at work. */
    record Run(Process process, Path output) {

        /**
         * Returns when it is done.
         *
         * @throws IllegalStateException if it fails or takes longer than a minute
         */
        void join() throws IOException {
            boolean ended;
            try {
                ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while keytool made certificates", interrupted);
            }
            if (!ended) {
                process.destroyForcibly();
                throw new IllegalStateException("keytool took more than %d s".formatted(DEADLINE_SECONDS));
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException("keytool failed: "
                        + Files.readString(output, StandardCharsets.UTF_8).strip());
            }
        }
    }

    /** Starts making a pair in a PKCS#12 store, valid for so many days from so many days ago. */
    Run generatePair(Path store, String alias, int startedDaysAgo, int validDays, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                executable.toString(),
                // A run of a second is over before a better compiler or collector pays.
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-alias",
                alias,
                "-dname",
                "CN=millrace test " + alias,
                "-startdate",
                "-" + startedDaysAgo + "d",
                "-validity",
                Integer.toString(validDays),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                // Not on the command line, which every user of the machine can read.
                "-storepass:env",
                PASSWORD_VARIABLE));
        command.addAll(List.of(more));
        Path output = store.resolveSibling(alias + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put(PASSWORD_VARIABLE, password);
        return new Run(builder.start(), output);
    }
}
