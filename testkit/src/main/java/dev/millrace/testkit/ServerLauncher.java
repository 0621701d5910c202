package dev.millrace.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings a server up: writes its configuration, launches the process, and waits until that very process answers.
 *
 * <p>A free port can be lost between the probe and the server's own bind. Two things show it: the new process ends with
 * "Address already in use", or somebody else answers on the port; the process id in INFO tells the two apart.
 *
 * <p>Immutable.
 */
final class ServerLauncher {

    private static final int PORT_TRIES = 8;

    /**
     * Puts a server into a session of its own, where the system has it: an interrupt typed at the terminal is for the JVM, which
     * ends the server when it has no more use for it.
     */
    private static final @Nullable Path SETSID = ServerBinary.onPath(System.getenv("PATH"), List.of("setsid"));

    private static final long POLL_NANOS = 2_000_000;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    private final ServerOptions options;
    private final ServerFolder folder;

    ServerLauncher(ServerOptions options, ServerFolder folder) {
        this.options = options;
        this.folder = folder;
    }

    /** A running server and where it listens; {@code tlsPort} is 0 where there is none. */
    record Launched(ServerProcess process, int port, int tlsPort, String version) {}

    Launched onFreePorts() {
        if (options.hasFixedPort()) {
            return on(options.port(), tlsPort());
        }
        for (int attempt = 1; attempt < PORT_TRIES; attempt++) {
            try {
                return on(FreePorts.next(), tlsPort());
            } catch (PortTaken retried) {
                // Somebody was faster; the next port is as good.
            }
        }
        return on(FreePorts.next(), tlsPort());
    }

    private Launched on(int port, int tlsPort) {
        try {
            folder.writeConfiguration(configuration(port, tlsPort));
        } catch (IOException failed) {
            throw new ServerStartException(
                    "cannot write the configuration of %s: %s".formatted(options.binary(), failed.getMessage()),
                    failed);
        }
        return again(port, tlsPort);
    }

    /**
     * Another life with the configuration as the last one left it: Sentinels keep what they know in theirs, and
     * rewrite their replicas' when they make another server the master.
     */
    Launched again(int port, int tlsPort) {
        ServerProcess process;
        try {
            process = ServerProcess.launch(command(), folder);
        } catch (IOException failed) {
            throw new ServerStartException(
                    "cannot run %s: %s".formatted(options.binary(), failed.getMessage()), failed);
        }
        try {
            return new Launched(process, port, tlsPort, awaitAnswer(process, port));
        } catch (RuntimeException | Error failed) {
            process.kill();
            throw failed;
        }
    }

    /**
     * One connection as the user the test kit is.
     *
     * @throws ErrorReplyException if the server refuses the login
     */
    RespConnection connect(int port, Duration timeout) throws IOException {
        RespConnection connection = new RespConnection(port, timeout);
        try {
            String password = options.askPassword();
            String user = options.askUser();
            if (password != null && user != null) {
                connection.ask("AUTH", user, password);
            } else if (password != null) {
                connection.ask("AUTH", password);
            }
            return connection;
        } catch (IOException | RuntimeException failed) {
            connection.close();
            throw failed;
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        if (SETSID != null) {
            command.add(SETSID.toString());
        }
        command.add(options.binary().toString());
        command.add(folder.configuration().toString());
        if (options.sentinel()) {
            command.add("--sentinel");
        }
        return command;
    }

    private int tlsPort() {
        if (options.tls() == null) {
            return 0;
        }
        return options.tlsPort() == 0 ? FreePorts.next() : options.tlsPort();
    }

    private List<String> configuration(int port, int tlsPort) {
        List<String> lines = new ArrayList<>(List.of(
                "bind 127.0.0.1", "port " + port, "daemonize no", "logfile \"\"", "save \"\"", "tcp-backlog 511"));
        Path chosen = options.dataDirectory();
        lines.add("dir " + quoted(chosen == null ? folder.home() : chosen));
        if (options.appendOnly()) {
            lines.add("appendonly yes");
            lines.add("appendfsync always");
        } else {
            lines.add("appendonly no");
        }
        if (options.unixSocket()) {
            lines.add("unixsocket " + quoted(folder.socket()));
            lines.add("unixsocketperm 700");
        }
        TlsMaterial tls = options.tls();
        if (tls != null) {
            lines.add("tls-port " + tlsPort);
            lines.add("tls-cert-file " + quoted(tls.serverCertificate()));
            lines.add("tls-key-file " + quoted(tls.serverKey()));
            lines.add("tls-ca-cert-file " + quoted(tls.authorityCertificate()));
            lines.add("tls-auth-clients " + (options.tlsClientAuthentication() ? "yes" : "no"));
            // Who the server is where it is a client itself: of its master, of other nodes of a cluster.
            lines.add("tls-client-cert-file " + quoted(tls.clientCertificate()));
            lines.add("tls-client-key-file " + quoted(tls.clientKey()));
        }
        String password = options.askPassword();
        if (password != null) {
            lines.add("masterauth " + RedisServerBuilder.quoted(password));
            String user = options.askUser();
            if (user != null) {
                lines.add("masteruser " + RedisServerBuilder.quoted(user));
            }
        }
        lines.addAll(options.directives());
        return lines;
    }

    private static String quoted(Path path) {
        return RedisServerBuilder.quoted(path.toString());
    }

    /** Returns the version once the process answers. */
    private String awaitAnswer(ServerProcess process, int port) {
        long end = System.nanoTime() + options.startDeadline().toNanos();
        String obstacle = "nothing listens on port " + port;
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw ended(process, port);
            }
            try (RespConnection connection = connect(port, ANSWER_TIMEOUT)) {
                connection.ask("PING");
                String version = identify(connection, process);
                if (version != null) {
                    return version;
                }
                obstacle = "another process answers on port " + port;
            } catch (ErrorReplyException refused) {
                obstacle = "it answers " + refused.getMessage();
                if (!refused.code().equals("LOADING")) {
                    throw failure(
                            process,
                            "the test kit itself is refused; askAs(user, password) names who it is: "
                                    + refused.getMessage());
                }
            } catch (IOException notYet) {
                obstacle = "port %d: %s".formatted(port, notYet.getMessage());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw failure(process, "interrupted while it started");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw failure(process, "no answer within %s; %s".formatted(options.startDeadline(), obstacle));
    }

    /** The version if the connection leads to our process, else null. */
    private static @Nullable String identify(RespConnection connection, ServerProcess process) throws IOException {
        var info = InfoText.parse(String.valueOf(connection.ask("INFO", "server")));
        if (!Long.toString(process.pid()).equals(info.get("process_id"))) {
            return null;
        }
        String valkey = info.get("valkey_version");
        return valkey != null ? valkey : info.getOrDefault("redis_version", "unknown");
    }

    private ServerStartException ended(ServerProcess process, int port) {
        String output = folder.tail(process.outputStart(), options.secrets());
        String message = "it ended with status %d\n%s".formatted(process.exitValue(), output);
        if (output.contains("Address already in use")) {
            return new PortTaken("port %d is taken; %s".formatted(port, message));
        }
        return new ServerStartException("%s did not start: %s".formatted(options.binary(), message));
    }

    private ServerStartException failure(ServerProcess process, String reason) {
        return new ServerStartException("%s did not start: %s\n%s"
                .formatted(options.binary(), reason, folder.tail(process.outputStart(), options.secrets())));
    }

    /** Another port may do. */
    private static final class PortTaken extends ServerStartException {

        private static final long serialVersionUID = 1L;

        PortTaken(String message) {
            super(message);
        }

        @Override
        public boolean isPortTaken() {
            return true;
        }
    }
}
