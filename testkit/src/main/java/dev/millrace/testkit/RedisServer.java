package dev.millrace.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.testkit.ServerLauncher.Launched;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server (or valkey-server) process on a free loopback port.
 *
 * <p>Persistence is off and all files live in a temporary folder unless the builder says otherwise. The server ends
 * with {@link #close()}, and with the JVM however that ends: a shutdown hook sees to the orderly end, a watchdog process
 * to kill -9. Linux and macOS.
 *
 * <p>Thread-safe. Actions that change the process ({@link #pause}, {@link #kill}, {@link #restart}, …) run one at a
 * time.
 */
public final class RedisServer implements AutoCloseable {

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(15);
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

    private final ServerOptions options;
    private final ServerFolder folder;
    private final ServerLauncher launcher;
    private final ReentrantLock lock = new ReentrantLock();

    /** Replaced as a whole by a restart. */
    private volatile Launched launched;

    private volatile boolean paused;

    @GuardedBy("lock")
    private boolean closed;

    private RedisServer(ServerOptions options) {
        this.options = options;
        this.folder = ServerFolder.create();
        this.launcher = new ServerLauncher(options, folder);
        try {
            this.launched = launcher.onFreePorts();
        } catch (RuntimeException | Error failed) {
            folder.delete();
            throw failed;
        }
    }

    /**
     * Starts a server with the defaults.
     *
     * @throws ServerStartException if it can't be started
     */
    public static RedisServer start() {
        return builder().start();
    }

    static RedisServer start(ServerOptions options) {
        return new RedisServer(options);
    }

    public static RedisServerBuilder builder() {
        return new RedisServerBuilder();
    }

    /** Always {@code 127.0.0.1}. */
    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return launched.port();
    }

    /**
     * The port that speaks TLS.
     *
     * @throws IllegalStateException if the server was built without {@code tls}
     */
    public int tlsPort() {
        if (options.tls() == null) {
            throw new IllegalStateException("this server has no TLS port; build it with tls(TlsMaterial)");
        }
        return launched.tlsPort();
    }

    /** {@code redis://127.0.0.1:PORT}, without credentials. */
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /**
     * {@code rediss://localhost:PORT}; the name, because that is what certificates are made for.
     *
     * @throws IllegalStateException if the server was built without {@code tls}
     */
    public String tlsUrl() {
        return "rediss://localhost:" + tlsPort();
    }

    /**
     * {@code unix://} and the socket's path.
     *
     * @throws IllegalStateException if the server was built without {@code unixSocket}
     */
    public String unixUrl() {
        return "unix://" + unixSocket();
    }

    /**
     * The path of the Unix domain socket.
     *
     * @throws IllegalStateException if the server was built without {@code unixSocket}
     */
    public Path unixSocket() {
        if (!options.unixSocket()) {
            throw new IllegalStateException("this server has no Unix socket; build it with unixSocket()");
        }
        return folder.socket();
    }

    /** The process id of the present life of the server; a restart changes it. */
    public long pid() {
        return launched.process().pid();
    }

    /** The version the server reports, for example {@code 7.0.15}; of Valkey its own version. */
    public String version() {
        return launched.version();
    }

    /** The executable that runs. */
    public Path binary() {
        return options.binary();
    }

    /** Where the server keeps its data. */
    public Path dataDirectory() {
        Path chosen = options.dataDirectory();
        return chosen == null ? folder.home() : chosen;
    }

    /**
     * Leaves the end of the present life of the server to whoever holds this: the JVM's orderly end does not end it any more, which
     * would come before, or in the midst of, what the holder has yet to write in a shutdown hook of its own. A JVM that is killed
     * takes it along all the same.
     */
    public void leaveToHolder() {
        locked(() -> LiveServers.remove(launched.process()));
    }

    /** Whether the process is there, be it paused or not. */
    public boolean isRunning() {
        return launched.process().isAlive();
    }

    /** Whether {@link #pause} stopped it and it has not gone on since. */
    public boolean isPaused() {
        return paused;
    }

    /** The last 40 lines of what the server printed, passwords blotted out: for messages of failed tests. */
    public String log() {
        return folder.tail(0, options.secrets());
    }

    /**
     * Asks the server something on a connection of its own, for example {@code ask("CONFIG", "GET", "maxmemory")}.
     *
     * @return a String, a Long, a List of the same, or null
     * @throws ErrorReplyException if the server answers with an error
     * @throws IllegalStateException if the server does not answer within 10 seconds (paused, killed)
     */
    public @Nullable Object ask(String... words) {
        try (RespConnection connection = connect(ASK_TIMEOUT)) {
            return connection.ask(words);
        } catch (IOException failed) {
            throw new IllegalStateException(
                    "%s got no answer from %s: %s".formatted(words[0], this, failed.getMessage()), failed);
        }
    }

    /**
     * A connection for many questions, logged in as the user that the test kit is.
     *
     * @param timeout for opening it and for each answer
     * @throws IOException if the server does not answer in time or is gone
     * @throws ErrorReplyException if the server refuses the login
     */
    public RespConnection connect(Duration timeout) throws IOException {
        return launcher.connect(port(), timeout);
    }

    /**
     * A section of INFO as a map in the server's order, for example {@code info("commandstats")}.
     *
     * @throws IllegalStateException as {@link #ask}
     */
    public Map<String, String> info(String section) {
        return InfoText.parse(String.valueOf(ask("INFO", section)));
    }

    /** Stops the process where it stands (SIGSTOP): connections stay open, nothing answers. */
    public void pause() {
        locked(() -> {
            launched.process().pause();
            paused = true;
        });
    }

    /** Lets a paused process go on (SIGCONT). */
    public void resume() {
        locked(() -> {
            launched.process().resume();
            paused = false;
        });
    }

    /** Ends the process as a crash would (kill -9). Returns when it is gone. */
    public void kill() {
        locked(() -> {
            launched.process().kill();
            paused = false;
        });
    }

    /** Shuts the server down in an orderly way, so that it saves what it is configured to save. */
    public void stop() {
        locked(this::stopProcess);
    }

    /**
     * Starts the server again on the same ports, data and configuration, after an orderly stop if it still runs. What
     * CONFIG REWRITE or a Sentinel wrote into the configuration stays.
     *
     * @throws ServerStartException if it does not come back by the start deadline
     */
    public void restart() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this server is closed");
            }
            stopProcess();
            launched = launcher.again(launched.port(), launched.tlsPort());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the server and removes its temporary folder. A server with a data directory of its own is shut down in an
     * orderly way, any other is killed. Closing again does nothing.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (options.dataDirectory() == null) {
                launched.process().kill();
            } else {
                stopProcess();
            }
            folder.delete();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "%s %s on 127.0.0.1:%d (pid %d, %s)"
                .formatted(
                        options.binary().getFileName(),
                        version(),
                        port(),
                        pid(),
                        isRunning() ? "running" : "not running");
    }

    long watchdogPid() {
        return launched.process().watchdog().pid();
    }

    private void stopProcess() {
        launched.process().stop(STOP_DEADLINE);
        paused = false;
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
