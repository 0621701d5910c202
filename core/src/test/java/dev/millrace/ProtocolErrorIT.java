package dev.millrace;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Popped;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Limits;
import dev.millrace.resilience.Reconnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that says what no server should: the call in question ends, the connection too, and the client goes on. */
@NoLeakedThreads
class ProtocolErrorIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Reconnection QUICK =
            new Reconnection(Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(20));

    private static MillraceOptions.Builder options(String url) {
        return MillraceOptions.builder(url).commandTimeout(PATIENT).reconnection(QUICK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage␍",
                "\u0000\u0000\u0000",
                "$9223372036854775807␍",
                "$-9223372036854775808␍",
                "*-5␍",
                "%-1␍",
                ":9223372036854775808␍",
                "$3␍abcde␍",
                ":x␍",
                "#maybe␍",
                "HTTP/1.1 400 Bad Request␍␍",
                "✂",
                ":1✂",
                "$5␍hel✂",
                "*3␍:1␍:2␍✂",
                "%2␍+a␍:1␍+b␍✂",
                "+no line end✂",
                "*1000000000000␍",
                "*1␍x"
            })
    void run_garbageInPlaceOfAnAnswer_isOutcomeUnknownAndTheConnectionIsClosed(String garbage) throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(command -> garbage);
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            assertLost(() -> redis.run(incr("n")));
            peer.awaitClosedByClient(1);
            assertLost(() -> redis.run(blpop(Duration.ofSeconds(1), "list")));
            peer.awaitClosedByClient(2);
            assertThatThrownBy(
                            () -> redis.start(incr("n")).toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(OutcomeUnknown.class);
            peer.awaitClosedByClient(3);
            var transaction = redis.transaction();
            transaction.add(incr("n"));
            assertLost(transaction::run);
            assertIdle(redis);
        }
    }

    @Test
    void run_realServerAnswersNext_clientRecoversByItself() throws IOException {
        ScriptedPeer peer = new ScriptedPeer(command -> "garbage␍");
        try (Millrace redis = Millrace.connect(options(peer.url()).build())) {
            try (peer) {
                assertLost(() -> redis.run(incr("n")));
            }
            try (RedisServer server = RedisServer.builder().port(peer.port()).start()) {
                assertThat(redis.run(set("k", "v"))).isEqualTo("OK");
                assertThat(redis.run(get("k"))).isEqualTo("v");
                assertThat(redis.run(incr("n"))).isEqualTo(1);
                assertThat(server.isRunning()).isTrue();
                assertIdle(redis);
            }
        }
    }

    @Test
    void run_garbageBehindOneOfManyAnswers_endsTheRestAndKeepsWhatCame() throws IOException {
        AtomicInteger answered = new AtomicInteger();
        ScriptedPeer.Script script = command -> answered.incrementAndGet() == 50 ? "?" : ":" + command.get(1) + "␍";
        try (ScriptedPeer peer = new ScriptedPeer(script);
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            List<CompletableFuture<Long>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(redis.start(incr(Integer.toString(i))).toCompletableFuture());
            }
            int values = 0;
            int unknown = 0;
            for (int i = 0; i < 100; i++) {
                try {
                    assertThat(calls.get(i).join()).as("its own answer").isEqualTo(i);
                    values++;
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(OutcomeUnknown.class);
                    unknown++;
                }
            }
            assertThat(values).isGreaterThanOrEqualTo(49);
            assertThat(unknown).isPositive();
            assertIdle(redis);
        }
    }

    @Test
    void run_idempotentRead_isAskedForAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedPeer peer = new ScriptedPeer(command -> asked.incrementAndGet() <= 2 ? "✂" : "+value␍");
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            assertThat(redis.run(get("k"))).isEqualTo("value");
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void run_batchCutAfterSomeAnswers_keepsThem() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedPeer peer =
                        new ScriptedPeer(command -> asked.incrementAndGet() <= 3 ? ":" + asked.get() + "␍" : "✂");
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            Batch batch = redis.batch();
            List<Reply<Long>> replies = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                replies.add(batch.add(incr("n").idempotent()));
            }
            batch.run(Duration.ofSeconds(2));
            for (int i = 0; i < 3; i++) {
                assertThat(replies.get(i).get()).isEqualTo(i + 1);
            }
            for (int i = 3; i < 10; i++) {
                assertThat(replies.get(i).error()).isInstanceOfAny(OutcomeUnknown.class, NotSent.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":1␍:2␍", ":1␍+OK␍", ":1␍:", ":1␍garbage"})
    void run_bytesThatNobodyAskedFor_areNoAnswerToTheNextCall(String answer) throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ScriptedPeer.Script script = command -> asked.incrementAndGet() == 1 ? answer : ":7␍";
        for (boolean dedicated : new boolean[] {false, true}) {
            asked.set(0);
            try (ScriptedPeer peer = new ScriptedPeer(script);
                    Millrace redis = Millrace.connect(options(peer.url()).build())) {
                if (dedicated) {
                    try (DedicatedConnection connection = redis.dedicated()) {
                        assertThat(connection.run(incr("n"))).isEqualTo(1);
                        assertThatThrownBy(() -> connection.run(incr("n"))).isInstanceOf(MillraceException.class);
                    }
                } else {
                    assertThat(redis.run(incr("n"))).isEqualTo(1);
                }
                Await.until(
                        PATIENT,
                        () -> {
                            try {
                                return redis.run(incr("n")) == 7;
                            } catch (OutcomeUnknown lost) {
                                return false;
                            }
                        },
                        "the client did not recover");
            }
        }
    }

    @Test
    void run_messagesBetweenAnswers_arePassedOver() throws IOException {
        String push = ">2␍+invalidate␍*1␍+k␍";
        try (ScriptedPeer peer = new ScriptedPeer(command -> push + push + "+" + command.get(1) + "␍" + push);
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            for (int i = 0; i < 300; i++) {
                assertThat(redis.run(get("key:" + i))).isEqualTo("key:" + i);
            }
            try (DedicatedConnection connection = redis.dedicated()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(connection.run(get("key:" + i))).isEqualTo("key:" + i);
                }
            }
            assertThat(peer.connections()).isLessThan(5);
        }
    }

    @Test
    void run_answerNestedTenThousandDeep_isUnexpectedReplyAndTheConnectionGoesOn() throws IOException {
        String deep = "*1␍".repeat(10_000) + ":1␍";
        AtomicBoolean queued = new AtomicBoolean();
        ScriptedPeer.Script script = command -> switch (command.getFirst()) {
            case "MULTI" -> {
                queued.set(true);
                yield "+OK␍";
            }
            case "DEEP" -> queued.get() ? "+QUEUED␍" : deep;
            case "EXEC" -> "*1␍" + deep;
            default -> "+v␍";
        };
        try (ScriptedPeer peer = new ScriptedPeer(script);
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> redis.run(Command.of("DEEP")))
                        .isInstanceOf(UnexpectedReply.class)
                        .hasMessage("DEEP: the reply is nested deeper than 512 levels");
                assertThat(redis.run(get("k"))).isEqualTo("v");
            }
            var transaction = redis.transaction();
            Reply<Value> nested = transaction.add(Command.of("DEEP"));
            transaction.run();
            assertThat(nested.error()).isInstanceOf(UnexpectedReply.class);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void run_answerOfAnotherShape_isUnexpectedReplyAndTheConnectionGoesOn() throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(
                        command -> command.getFirst().equals("INCR") ? "*2␍+secret␍%1␍+a␍:1␍" : "+v␍");
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            assertThatThrownBy(() -> redis.run(incr("n")))
                    .isInstanceOf(UnexpectedReply.class)
                    .hasMessage("INCR: wanted an integer, the server answered ARRAY");
            assertThat(redis.run(get("k"))).isEqualTo("v");
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void run_answerOverTheLimit_isOutcomeUnknownAndNamesTheLimit() throws IOException {
        Limits limits = new Limits(16, 1 << 20, 100_000, 0, 1, 4096);
        AtomicInteger asked = new AtomicInteger();
        try (ScriptedPeer peer = new ScriptedPeer(command -> asked.incrementAndGet() == 1
                        ? "*3␍" + ("$90000␍" + "x".repeat(90_000) + "␍").repeat(3)
                        : ":7␍");
                Millrace redis =
                        Millrace.connect(options(peer.url()).limits(limits).build())) {
            assertThatThrownBy(() -> redis.run(incr("n")))
                    .isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("a reply is larger than the limit of 100000 bytes");
            assertThat(redis.run(incr("n"))).isEqualTo(7);
        }
    }

    @Test
    void run_silence_isOutcomeUnknownByTheDeadline() throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(command -> "*3␍:1␍");
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            long started = System.nanoTime();
            assertThatThrownBy(() -> redis.run(incr("n"), Duration.ofMillis(200)))
                    .isInstanceOf(OutcomeUnknown.class);
            assertThatThrownBy(() -> redis.run(blpop(Duration.ofMillis(50), "l"), Duration.ofMillis(200)))
                    .isInstanceOf(OutcomeUnknown.class);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"garbage␍", ":5␍", "+OK␍", "*-1␍", "✂", "$5␍he✂", "%1␍+server␍", "HTTP/1.1 400 Bad Request␍␍"})
    void run_garbageInTheHandshake_isNotSentAndSaysSo(String hello) throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(hello, command -> "+v␍");
                Millrace redis = Millrace.connect(options(peer.url())
                        .commandTimeout(Duration.ofMillis(300))
                        .connectTimeout(Duration.ofMillis(200))
                        .build())) {
            assertThatThrownBy(() -> redis.run(get("k")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("not connected: ")
                    .message()
                    .hasLineCount(1);
            assertThatThrownBy(redis::dedicated)
                    .isInstanceOf(NotSent.class)
                    .message()
                    .hasLineCount(1);
            assertThat(redis.statistics().connects()).isZero();
            assertThat(redis.statistics().failedConnects()).isPositive();
        }
    }

    @Test
    void run_handshakeWithErrorsInsideItsAnswer_isTakenForWhatItTells() throws IOException {
        String hello = "%4␍$6␍server␍-ERR no␍$7␍version␍$3␍9.9␍*1␍:1␍%1␍:1␍:2␍$5␍proto␍:3␍";
        try (ScriptedPeer peer = new ScriptedPeer(hello, command -> "+v␍");
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            assertThat(redis.run(get("k"))).isEqualTo("v");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-ERR unknown command `HELLO`, with args beginning with: `3`, ␍",
                "-ERR unknown command 'HELLO', with args beginning with: '3' ␍",
                "-NOPROTO unsupported protocol version␍"
            })
    void run_serverWithoutHello_isSpokenToInResp2(String hello) throws IOException {
        ScriptedPeer.Script script = command -> switch (command.getFirst()) {
            case "PING" -> "+PONG␍";
            case "BLPOP" -> "*2␍$4␍list␍$1␍x␍";
            default -> "$1␍v␍";
        };
        try (ScriptedPeer peer = new ScriptedPeer(hello, script);
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            assertThat(redis.run(get("k"))).isEqualTo("v");
            assertThat(redis.run(blpop(Duration.ofSeconds(1), "list"))).isEqualTo(new Popped<>("list", "x"));
        }
    }

    @Test
    void run_serverThatRefusesTheHandshake_isItsErrorAtOnce() throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer("-ERR max number of clients reached␍✂", command -> "+v␍");
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            assertThatThrownBy(() -> redis.run(get("k"))).isInstanceOf(ServerError.TooManyClients.class);
            assertThatThrownBy(redis::dedicated).isInstanceOf(ServerError.TooManyClients.class);
        }
    }

    @Test
    void subscribe_garbageInPlaceOfAConfirmation_endsTheConnectionAndIsTriedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ScriptedPeer.Script script = command -> asked.incrementAndGet() <= 2
                ? "garbage␍"
                : ">3␍+subscribe␍+" + command.get(1) + "␍:1␍>3␍+message␍+" + command.get(1) + "␍$2␍hi␍";
        try (ScriptedPeer peer = new ScriptedPeer(script);
                Millrace redis = Millrace.connect(options(peer.url()).build())) {
            List<Value> heard = new CopyOnWriteArrayList<>();
            try (var subscription = redis.subscribe((channel, payload) -> heard.add(new Value.Bytes(payload)), "c")) {
                Await.until(PATIENT, () -> heard.size() == 1, "the message did not arrive");
                assertThat(subscription.channels()).containsExactly("c");
            }
        }
    }

    private static void assertLost(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(OutcomeUnknown.class)
                .hasMessageMatching(
                        ".* was sent, its outcome is unknown: the (connection to|reply of) 127\\.0\\.0\\.1:\\d+ .*")
                .message()
                .hasLineCount(1);
    }

    private static void assertIdle(Millrace redis) {
        Await.until(
                PATIENT,
                () -> redis.statistics().inFlight() == 0 && redis.statistics().queued() == 0,
                () -> "calls are left: " + redis.statistics());
    }
}
