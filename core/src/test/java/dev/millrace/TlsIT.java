package dev.millrace;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.connection.Tls;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TlsMaterial;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class TlsIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static TlsMaterial good;
    private static TlsMaterial expired;
    private static TlsMaterial elsewhere;
    private static RedisServer server;

    @BeforeAll
    static void start() {
        good = TlsMaterial.create();
        expired = TlsMaterial.builder().expired().create();
        elsewhere = TlsMaterial.builder().wrongHost().create();
        server = RedisServer.builder().tls(good).start();
    }

    @AfterAll
    static void stop() {
        server.close();
        good.close();
        expired.close();
        elsewhere.close();
    }

    private static MillraceOptions.Builder to(String url, SSLContext context) {
        return MillraceOptions.builder(url).tls(context).commandTimeout(PATIENT);
    }

    @Test
    void run_authorityOfOnesOwn_isTrustedOnEveryConnection() {
        try (Millrace redis =
                Millrace.connect(to(server.tlsUrl(), good.clientContext()).build())) {
            redis.run(set("greeting", "hello"));
            Await.until(
                    PATIENT,
                    () -> {
                        assertThat(redis.run(get("greeting"))).isEqualTo("hello");
                        return redis.statistics().connections() > 1;
                    },
                    "a lone caller never got a connection of its own");
            byte[] large = new byte[3_000_000];
            redis.run(set("large", large));
            assertThat(redis.run(dev.millrace.command.Strings.getBytes("large")))
                    .isEqualTo(large);
            try (DedicatedConnection connection = redis.dedicated()) {
                assertThat(connection.run(get("greeting"))).isEqualTo("hello");
            }
        }
    }

    @Test
    void run_trustStoreOfThePlatform_doesNotTrustIt() {
        try (Millrace redis = Millrace.connect(
                MillraceOptions.builder(server.tlsUrl()).commandTimeout(PATIENT).build())) {
            refusedOnEveryConnection(redis, "unable to find valid certification path");
        }
    }

    @Test
    void run_authorityOfAnother_isNotTrusted() {
        try (Millrace redis =
                Millrace.connect(to(server.tlsUrl(), elsewhere.clientContext()).build())) {
            refusedOnEveryConnection(redis, "TLS to localhost:" + server.tlsPort() + " failed: ");
        }
    }

    @Test
    void run_certificateForAnotherHost_isRefusedUnlessHostsAreNotVerified() {
        try (RedisServer wrong = RedisServer.builder().tls(elsewhere).start()) {
            try (Millrace redis = Millrace.connect(
                    to(wrong.tlsUrl(), elsewhere.clientContext()).build())) {
                refusedOnEveryConnection(redis, "localhost");
            }
            Tls unverified = new Tls(elsewhere.clientContext(), false);
            MillraceOptions options = MillraceOptions.builder(wrong.tlsUrl())
                    .tls(unverified)
                    .commandTimeout(PATIENT)
                    .build();
            try (Millrace redis = Millrace.connect(options)) {
                redis.run(set("k", "v"));
                assertThat(redis.run(get("k"))).isEqualTo("v");
            }
        }
    }

    @Test
    void run_addressInPlaceOfTheName_isVerifiedToo() {
        String url = "rediss://127.0.0.1:" + server.tlsPort();
        try (Millrace redis = Millrace.connect(to(url, good.clientContext()).build())) {
            assertThat(redis.run(get("absent"))).isNull();
        }
    }

    @Test
    void run_expiredCertificate_isRefused() {
        try (RedisServer old = RedisServer.builder().tls(expired).start();
                Millrace redis = Millrace.connect(
                        to(old.tlsUrl(), expired.clientContext()).build())) {
            refusedOnEveryConnection(redis, "NotAfter");
        }
    }

    @Test
    void run_mutualTls_takesTheCertificateAndRefusesItsAbsence() {
        try (RedisServer strict =
                RedisServer.builder().tls(good).tlsClientAuthentication().start()) {
            try (Millrace redis = Millrace.connect(
                    to(strict.tlsUrl(), good.clientContextWithCertificate()).build())) {
                redis.run(set("k", "v"));
                assertThat(redis.run(get("k"))).isEqualTo("v");
            }
            try (Millrace redis =
                    Millrace.connect(to(strict.tlsUrl(), good.clientContext()).build())) {
                refusedOnEveryConnection(redis, "certificate");
            }
        }
    }

    @Test
    void run_plainTextToATlsPort_isNotSentWithAHint() {
        MillraceOptions options = MillraceOptions.builder("redis://localhost:" + server.tlsPort())
                .commandTimeout(Duration.ofSeconds(1))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            notSent(() -> redis.run(get("k")), "is TLS set as it is there?");
        }
    }

    @Test
    void run_tlsToAPlainPort_isNotSentByTheDeadline() {
        MillraceOptions options = to(server.url().replace("redis:", "rediss:"), good.clientContext())
                .connectTimeout(Duration.ofMillis(500))
                .commandTimeout(Duration.ofSeconds(2))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            notSent(() -> redis.run(get("k")), "TLS");
        }
    }

    @Test
    void run_peerThatStallsInTheTlsHandshake_isNotSentByTheDeadline() {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", server.tlsPort())) {
            proxy.freeze();
            MillraceOptions options = to("rediss://localhost:" + proxy.port(), good.clientContext())
                    .connectTimeout(Duration.ofMillis(300))
                    .commandTimeout(Duration.ofSeconds(1))
                    .build();
            try (Millrace redis = Millrace.connect(options)) {
                notSent(() -> redis.run(get("k")), "TLS");
                notSent(() -> redis.run(Command.of("BLPOP", "k", "0.1")), "TLS");
                proxy.heal();
                Await.until(
                        PATIENT,
                        () -> {
                            try {
                                return redis.run(get("absent"), PATIENT) == null;
                            } catch (NotSent stillLooking) {
                                return false;
                            }
                        },
                        "the client did not come back");
            }
        }
    }

    @Test
    void run_peerThatStopsReading_endsByTheDeadlineAndCloses() {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", server.tlsPort())) {
            MillraceOptions options = to("rediss://localhost:" + proxy.port(), good.clientContext())
                    .commandTimeout(Duration.ofSeconds(1))
                    .connectTimeout(Duration.ofMillis(500))
                    .closeTimeout(Duration.ofMillis(200))
                    .build();
            Millrace redis = Millrace.connect(options);
            try (redis) {
                redis.run(set("k", "v"));
                redis.run(set("large", new byte[100_000]));
                proxy.stopReading(Direction.TO_SERVER);
                byte[] large = new byte[32 << 20];
                // The writer is stuck in the middle of this one, with TLS's lock in its hands.
                assertThatThrownBy(() -> redis.run(set("large", large))).isInstanceOf(OutcomeUnknown.class);
                Await.until(
                        PATIENT,
                        () -> redis.statistics().inFlight() == 0,
                        "the connection on which nothing moves was not given up");
                // The thread that keeps deadlines must not be stuck with it.
                assertThatThrownBy(() -> redis.run(get("k"))).isInstanceOf(OutcomeUnknown.class);
                assertThatThrownBy(() -> redis.run(Command.of("BLPOP", "k", "0.1")))
                        .isInstanceOf(MillraceException.class);
            }
            assertThat(redis.statistics().inFlight()).isZero();
            assertThat(redis.statistics().queued()).isZero();
        }
    }

    @Test
    void run_connectionCut_comesBackOverTls() {
        try (FaultProxy proxy = FaultProxy.to("127.0.0.1", server.tlsPort());
                Millrace redis = Millrace.connect(to("rediss://localhost:" + proxy.port(), good.clientContext())
                        .build())) {
            redis.run(set("k", "v"));
            proxy.reset();
            assertThat(redis.run(get("k"))).isEqualTo("v");
        }
    }

    /** Each kind of connection opens in its own place: each has to refuse, and to say why. */
    private static void refusedOnEveryConnection(Millrace redis, String reason) {
        long started = System.nanoTime();
        notSent(() -> redis.run(get("k")), reason);
        notSent(() -> redis.run(Command.of("BLPOP", "k", "1")), reason);
        notSent(redis::dedicated, reason);
        notSent(() -> redis.subscribe((channel, payload) -> {}, "c"), reason);
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .as("a refusal is told at once, not when time has run out")
                .isLessThan(Duration.ofSeconds(20));
        assertThat(redis.statistics().inFlight()).isZero();
        assertThat(redis.statistics().queued()).isZero();
    }

    private static void notSent(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOf(NotSent.class)
                .satisfies(failure -> assertThat(Objects.requireNonNull(((MillraceException) failure).getMessage()))
                        .contains(reason)
                        .hasLineCount(1)
                        .hasSizeLessThan(600));
    }
}
