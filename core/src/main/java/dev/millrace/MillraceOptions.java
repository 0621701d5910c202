package dev.millrace;

import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Limits;
import dev.millrace.connection.Login;
import dev.millrace.connection.Timeouts;
import dev.millrace.connection.Tls;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Reconnection;
import dev.millrace.resilience.Retry;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects and behaves. Immutable; every option has a default that is right for a service.
 *
 * <pre>{@code
 * var options = MillraceOptions.builder("rediss://cache.example:6380/2")
 *         .credentials("orders", System.getenv("REDIS_PASSWORD"))
 *         .commandTimeout(Duration.ofMillis(500))
 *         .build();
 * }</pre>
 *
 * @param connection where and how to connect
 * @param retry what is tried again, how often
 * @param listener hears what the client does
 */
public record MillraceOptions(ConnectionOptions connection, Retry retry, ClientListener listener) {
    /**
     * Options for a URL: {@code redis://}, {@code rediss://} or {@code unix://}, as {@link Millrace#connect(String)}
     * describes it.
     *
     * @throws IllegalArgumentException if the URL is malformed; the message says where, without its credentials
     */
    public static Builder builder(String url) {
        return new Builder(RedisUrl.parse(url));
    }

    /** Options for {@code redis://localhost:6379}. */
    public static MillraceOptions ofDefaults() {
        return builder("redis://localhost:6379").build();
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder {
        private Endpoint endpoint;
        private Supplier<@Nullable Credentials> credentials;
        private int database;
        private @Nullable String clientName;
        private int protocol;
        private Timeouts timeouts = Timeouts.ofDefaults();
        private Limits limits = Limits.ofDefaults();
        private Reconnection reconnection = Reconnection.ofDefaults();
        private Retry retry = Retry.ofDefaults();
        private ClientListener listener = ClientListener.NONE;

        private Builder(RedisUrl url) {
            this.endpoint = url.endpoint();
            Credentials fromUrl = url.credentials();
            this.credentials = () -> fromUrl;
            this.database = url.database();
            this.clientName = url.clientName();
            this.protocol = url.protocol();
        }

        /** How long one call may take, queueing and retries included. Default 5 s. */
        public Builder commandTimeout(Duration timeout) {
            timeouts = new Timeouts(timeouts.connect(), timeout, timeouts.keepAlive(), timeouts.close());
            return this;
        }

        /** The ACL user and password; instead of those in the URL. A null user is the default user. */
        public Builder credentials(@Nullable String username, String password) {
            Credentials fixed = new Credentials(username, password);
            return credentials(() -> fixed);
        }

        /** Where credentials come from, asked for each new connection: a rotated password needs no restart. */
        public Builder credentials(Supplier<@Nullable Credentials> supplier) {
            credentials = Objects.requireNonNull(supplier);
            return this;
        }

        /** The database number. Default 0, or the URL's. */
        public Builder database(int number) {
            database = number;
            return this;
        }

        /** The name in CLIENT LIST. Default none; printable ASCII without blanks. */
        public Builder clientName(String name) {
            clientName = name;
            return this;
        }

        /**
         * Trust and, for mutual TLS, the client's key; the host name is verified. Default for {@code rediss://} is the
         * platform's trust store.
         *
         * @throws IllegalArgumentException if the endpoint is a Unix domain socket
         */
        public Builder tls(SSLContext context) {
            return tls(new Tls(context, true));
        }

        /** As {@link #tls(SSLContext)}, with the choice whether the host name is verified. */
        public Builder tls(Tls tls) {
            if (!(endpoint instanceof Endpoint.Tcp tcp)) {
                throw new IllegalArgumentException("a Unix domain socket has no TLS; use a redis:// or rediss:// URL");
            }
            endpoint = new Endpoint.Tcp(tcp.host(), tcp.port(), tls);
            return this;
        }

        /** How long opening a connection may take, TLS and handshake included. Default 10 s. */
        public Builder connectTimeout(Duration timeout) {
            timeouts = new Timeouts(timeout, timeouts.command(), timeouts.keepAlive(), timeouts.close());
            return this;
        }

        /** Idle time after which TCP probes the peer. Default 30 s. */
        public Builder keepAlive(Duration idle) {
            timeouts = new Timeouts(timeouts.connect(), timeouts.command(), idle, timeouts.close());
            return this;
        }

        /** How long close waits for what is outstanding. Default 2 s. */
        public Builder closeTimeout(Duration timeout) {
            timeouts = new Timeouts(timeouts.connect(), timeouts.command(), timeouts.keepAlive(), timeout);
            return this;
        }

        /** What is tried again. Default 3 times, 100 ms apart, idempotent commands only. */
        public Builder retry(Retry policy) {
            retry = Objects.requireNonNull(policy);
            return this;
        }

        /** The bounds on memory and sockets. */
        public Builder limits(Limits bounds) {
            limits = Objects.requireNonNull(bounds);
            return this;
        }

        /** How a lost server is looked for, and when the circuit opens. */
        public Builder reconnection(Reconnection policy) {
            reconnection = Objects.requireNonNull(policy);
            return this;
        }

        /** 3 for RESP3 with fall-back (the default), 2 for RESP2. */
        public Builder protocol(int version) {
            protocol = version;
            return this;
        }

        /** Hears what the client does. Default none: then no time is measured. */
        public Builder listener(ClientListener hears) {
            listener = Objects.requireNonNull(hears);
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException if one is out of its range; the message names it
         */
        public MillraceOptions build() {
            Login login = new Login(credentials, database, clientName, protocol);
            return new MillraceOptions(
                    new ConnectionOptions(endpoint, login, timeouts, limits, reconnection), retry, listener);
        }
    }
}
