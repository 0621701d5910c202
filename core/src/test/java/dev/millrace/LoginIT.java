package dev.millrace;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Credentials;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NoLeakedThreads
class LoginIT {
    private static final String SECRET = "s3cret-of-all";
    private static final String OTHER = "0ther-s3cret";
    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.builder()
                .password(SECRET)
                .user("ann", "on", ">" + OTHER, "~app:*", "&app:*", "+@all")
                .user("small", "on", ">" + OTHER, "~*", "-@all", "+get")
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static MillraceOptions.Builder options() {
        return MillraceOptions.builder(server.url()).commandTimeout(Duration.ofSeconds(20));
    }

    private static MillraceOptions.Builder asDefault() {
        return options().credentials(null, SECRET);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_protocolAskedFor_isSpoken(int protocol) {
        try (Millrace redis = Millrace.connect(asDefault().protocol(protocol).build())) {
            assertThat(info(redis)).contains("resp=" + protocol);
            redis.run(set("app:login", "v" + protocol));
            assertThat(redis.run(get("app:login"))).isEqualTo("v" + protocol);
            assertThat(redis.run(get("app:absent"))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_passwordInTheUrl_logsIn(int protocol) {
        String url = "redis://:" + SECRET + "@127.0.0.1:" + server.port() + "/?protocol=" + protocol;
        try (Millrace redis = Millrace.connect(url)) {
            assertThat(whoAmI(redis)).isEqualTo("default");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_wrongPassword_isAuthenticationFailedForEveryKindOfCall(int protocol) {
        try (Texts texts = new Texts();
                Millrace redis = Millrace.connect(
                        options().credentials(null, "wr0ng").protocol(protocol).build())) {
            refused(() -> redis.run(get("app:k")), ServerError.AuthenticationFailed.class, texts);
            refused(() -> redis.run(Command.of("BLPOP", "app:k", "1")), ServerError.AuthenticationFailed.class, texts);
            refused(redis::dedicated, ServerError.AuthenticationFailed.class, texts);
            refused(
                    () -> redis.subscribe((channel, payload) -> {}, "app:c"),
                    ServerError.AuthenticationFailed.class,
                    texts);
            assertThatThrownBy(() ->
                            redis.start(get("app:k")).toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ServerError.AuthenticationFailed.class);
            var batch = redis.batch();
            var reply = batch.add(get("app:k"));
            batch.run();
            assertThat(reply.error()).isInstanceOf(ServerError.AuthenticationFailed.class);
            assertThat(texts.all()).noneMatch(text -> text.contains("wr0ng"));
            assertIdle(redis);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_noPassword_isAuthenticationFailed(int protocol) {
        try (Millrace redis = Millrace.connect(options().protocol(protocol).build())) {
            assertThatThrownBy(() -> redis.run(get("app:k")))
                    .isInstanceOf(ServerError.AuthenticationFailed.class)
                    .hasMessageStartingWith("NOAUTH");
            assertIdle(redis);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_aclUser_isThatUserOnEveryConnection(int protocol) {
        try (Millrace redis = Millrace.connect(
                options().credentials("ann", OTHER).protocol(protocol).build())) {
            for (int i = 0; i < 200; i++) {
                assertThat(whoAmI(redis)).isEqualTo("ann");
            }
            Await.until(
                    Duration.ofSeconds(20),
                    () -> {
                        redis.run(get("app:k"));
                        return redis.statistics().connections() > 1;
                    },
                    "a lone caller never got a connection of its own");
            assertThat(whoAmI(redis)).isEqualTo("ann");
            try (DedicatedConnection connection = redis.dedicated()) {
                assertThat(connection.run(Command.of("ACL WHOAMI")).asText()).isEqualTo("ann");
            }
        }
    }

    @Test
    void run_aclUserConfinedToAPrefix_hasNoPermissionOutsideIt() {
        try (Millrace redis =
                Millrace.connect(options().credentials("ann", OTHER).build())) {
            redis.run(set("app:mine", "1"));
            assertThat(redis.run(get("app:mine"))).isEqualTo("1");
            assertThatThrownBy(() -> redis.run(set("elsewhere", "1")))
                    .isInstanceOf(ServerError.NoPermission.class)
                    .message()
                    .doesNotContain("elsewhere");
            assertThatThrownBy(() -> redis.subscribe((channel, payload) -> {}, "elsewhere"))
                    .isInstanceOf(ServerError.NoPermission.class);
            assertThat(redis.run(get("app:mine"))).as("the connection goes on").isEqualTo("1");
            assertIdle(redis);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_aclUserWithOneCommand_logsInAndRunsIt(int protocol) {
        try (Millrace redis = Millrace.connect(
                options().credentials("small", OTHER).protocol(protocol).build())) {
            assertThat(redis.run(get("k"))).isNull();
            assertThatThrownBy(() -> redis.run(set("k", "v"))).isInstanceOf(ServerError.NoPermission.class);
        }
    }

    @Test
    void run_aclUserThatMayNotSelect_hasNoPermissionAtTheHandshake() {
        try (Millrace redis = Millrace.connect(
                options().credentials("small", OTHER).database(1).build())) {
            assertThatThrownBy(() -> redis.run(get("k"))).isInstanceOf(ServerError.NoPermission.class);
        }
    }

    @Test
    void run_passwordRotated_isTakenFromTheSupplierAtTheNextConnection() {
        AtomicReference<String> password = new AtomicReference<>("first-s3cret");
        server.ask("ACL", "SETUSER", "rotating", "on", ">first-s3cret", "~*", "+@all");
        MillraceOptions options = options()
                .credentials(() -> new Credentials("rotating", password.get()))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            assertThat(whoAmI(redis)).isEqualTo("rotating");
            server.ask("ACL", "SETUSER", "rotating", ">second-s3cret", "<first-s3cret");
            password.set("second-s3cret");
            server.ask("CLIENT", "KILL", "USER", "rotating");
            Await.until(
                    Duration.ofSeconds(20), () -> redis.statistics().connects() >= 2, "the client did not come back");
            assertThat(whoAmI(redis)).isEqualTo("rotating");
            try (DedicatedConnection connection = redis.dedicated()) {
                assertThat(connection.run(get("k"))).isNull();
            }
        }
    }

    @Test
    void run_passwordMendedLater_worksWithoutANewClient() {
        AtomicReference<String> password = new AtomicReference<>("wr0ng");
        MillraceOptions options = options()
                .credentials(() -> new Credentials(null, password.get()))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            assertThatThrownBy(() -> redis.run(get("app:k"))).isInstanceOf(ServerError.AuthenticationFailed.class);
            password.set(SECRET);
            Await.until(
                    Duration.ofSeconds(20),
                    () -> {
                        try {
                            redis.run(get("app:k"));
                            return true;
                        } catch (ServerError.AuthenticationFailed e) {
                            return false;
                        }
                    },
                    "the right password was never tried");
            assertThat(redis.statistics().circuitOpen()).isFalse();
        }
    }

    @Test
    void run_credentialsSupplierThatFails_isNotSentWithoutItsMessage() {
        MillraceOptions options = options()
                .credentials(() -> {
                    throw new IllegalStateException("vault token " + SECRET + " expired");
                })
                .commandTimeout(Duration.ofMillis(500))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            for (ThrowingCallable call : new ThrowingCallable[] {
                () -> redis.run(get("k")), redis::dedicated, () -> redis.run(Command.of("BLPOP", "k", "0.1"))
            }) {
                assertThatThrownBy(call)
                        .isInstanceOf(NotSent.class)
                        .hasMessageContaining("the credentials supplier failed with IllegalStateException")
                        .message()
                        .doesNotContain(SECRET)
                        .hasLineCount(1);
            }
            assertThatThrownBy(() -> redis.subscribe((channel, payload) -> {}, "c"))
                    .isInstanceOf(MillraceException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_database_isSelectedOnEveryConnection(int protocol) {
        try (Millrace redis = Millrace.connect(
                        asDefault().database(7).protocol(protocol).build());
                Millrace zero = Millrace.connect(asDefault().build())) {
            redis.run(set("app:in-seven", "7"));
            assertThat(zero.run(get("app:in-seven"))).isNull();
            Await.until(
                    Duration.ofSeconds(20),
                    () -> {
                        assertThat(redis.run(get("app:in-seven"))).isEqualTo("7");
                        return redis.statistics().connections() > 1;
                    },
                    "a lone caller never got a connection of its own");
            for (int i = 0; i < 100; i++) {
                assertThat(redis.run(get("app:in-seven"))).isEqualTo("7");
            }
            redis.run(Command.of("LPUSH", "app:list-in-seven", "x"));
            assertThat(redis.run(Command.of("BLPOP", "app:list-in-seven", "1")).asList())
                    .hasSize(2);
            try (DedicatedConnection connection = redis.dedicated()) {
                assertThat(connection.run(get("app:in-seven"))).isEqualTo("7");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_databaseOutOfRange_isTheServersError(int protocol) {
        try (Millrace redis =
                Millrace.connect(asDefault().database(9_999).protocol(protocol).build())) {
            assertThatThrownBy(() -> redis.run(get("app:k")))
                    .isInstanceOf(ServerError.Other.class)
                    .hasMessage("ERR DB index is out of range");
            assertIdle(redis);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void run_clientName_isInClientList(int protocol) {
        try (Millrace redis = Millrace.connect(
                asDefault().clientName("orders-7").protocol(protocol).build())) {
            redis.run(get("app:k"));
            assertThat(String.valueOf(server.ask("CLIENT", "LIST"))).contains("name=orders-7 ");
            try (DedicatedConnection connection = redis.dedicated()) {
                assertThat(connection.run(Command.of("CLIENT GETNAME")).asText())
                        .isEqualTo("orders-7");
            }
        }
    }

    @Test
    void everything_thatShowsItself_holdsNoSecret() {
        AtomicInteger told = new AtomicInteger();
        try (Texts texts = new Texts()) {
            ClientListener listener = new ClientListener() {
                @Override
                public void disconnected(String node, String cause) {
                    told.incrementAndGet();
                    texts.add(node + " " + cause);
                }

                @Override
                public void circuitChanged(String node, CircuitBreaker.State state) {
                    texts.add(node + " " + state);
                }
            };
            String url = "redis://ann:" + OTHER + "@127.0.0.1:" + server.port();
            MillraceOptions options = MillraceOptions.builder(url)
                    .listener(listener)
                    .commandTimeout(Duration.ofSeconds(20))
                    .build();
            texts.add(options);
            texts.add(options.connection());
            try (Millrace redis = Millrace.connect(options)) {
                texts.add(redis);
                texts.add(redis.options());
                redis.run(get("app:k"));
                texts.addFailure(() -> redis.run(set(SECRET, OTHER)));
                texts.addFailure(() -> redis.run(Command.of("AUTH", "nobody", OTHER)));
                texts.addFailure(() -> redis.run(Command.of("AUTH", SECRET)));
                texts.addFailure(() -> redis.run(Command.of("HELLO", "3", "AUTH", SECRET, OTHER)));
                texts.addFailure(() -> redis.run(Command.of("HELLO", "3", OTHER)));
                texts.addFailure(() -> redis.run(Command.of("ACL SETUSER", "x", "<" + OTHER)));
                texts.addFailure(() -> redis.run(Command.of("ACL SETUSER", "x", OTHER)));
                texts.addFailure(() -> redis.run(Command.of("NOSUCH", OTHER, SECRET)));
                texts.addFailure(() -> redis.run(Command.of("XGROUP CREATECONSUMER", "app:" + OTHER, SECRET, "c")));
                texts.addFailure(() -> redis.run(Command.of("CONFIG SET", "requirepass", SECRET, "maxmemory", OTHER)));
                texts.addFailure(() -> redis.run(Command.of("CONFIG", "SET", OTHER, SECRET)));
                texts.addFailure(() -> redis.run(Command.of("GET", "app:k", OTHER)));
                texts.add(Command.of("AUTH", "ann", OTHER));
                texts.add(Command.of("SET", SECRET, OTHER));
                texts.add(redis.statistics());
            }
            for (String wrong : new String[] {SECRET, "x" + OTHER}) {
                MillraceOptions refused =
                        options().credentials("ann", wrong).listener(listener).build();
                try (Millrace redis = Millrace.connect(refused)) {
                    texts.addFailure(() -> redis.run(get("app:k")));
                    texts.addFailure(redis::dedicated);
                    texts.addFailure(() -> redis.subscribe((channel, payload) -> {}, "c"));
                    texts.addFailure(() ->
                            redis.start(get("app:k")).toCompletableFuture().join());
                }
            }
            assertThat(told).hasPositiveValue();
            assertThat(texts.all()).hasSizeGreaterThan(20);
            for (String text : texts.all()) {
                assertThat(text).doesNotContain(SECRET).doesNotContain(OTHER);
            }
        }
    }

    private static void refused(ThrowingCallable call, Class<? extends MillraceException> type, Texts texts) {
        assertThatThrownBy(call)
                .isInstanceOf(type)
                .satisfies(texts::add)
                .message()
                .hasLineCount(1);
    }

    private static String whoAmI(Millrace redis) {
        return Objects.requireNonNull(
                Objects.requireNonNull(redis.run(Command.of("ACL WHOAMI"))).asText());
    }

    private static String info(Millrace redis) {
        return Objects.requireNonNull(
                Objects.requireNonNull(redis.run(Command.of("CLIENT INFO"))).asText());
    }

    private static void assertIdle(Millrace redis) {
        Await.until(
                Duration.ofSeconds(5),
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "calls are left: " + redis.statistics());
    }
}
