package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.StrangeCommands;
import dev.millrace.command.Value;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class PipelineReaderTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ScriptedTransport transport = new ScriptedTransport();
    private final InFlight inFlight = new InFlight(8);
    private final Completions completions = new Completions(1000);
    private final PipelineReader reader = new PipelineReader(
            new OpenConnection(
                    "node",
                    transport,
                    new RespWriter(transport, 4096),
                    new RespReader(4096, 1 << 20),
                    new ServerFacts(3, "7.0.15", "redis", "standalone", "master", false)),
            inFlight,
            completions,
            () -> {},
            new PipelineDepth(0),
            new Traffic(),
            Pushes.NONE);

    @BeforeEach
    void start() {
        reader.start();
    }

    @AfterEach
    void end() {
        reader.end("the test is over");
        reader.join();
        completions.close();
    }

    @Test
    void reply_toAnAsynchronousCallThatTimedOut_endsItNoSecondTime() {
        AtomicInteger ends = new AtomicInteger();
        Promise<Object> promise = new Promise<>() {
            @Override
            protected void ended(@Nullable Object outcome) {
                ends.incrementAndGet();
            }
        };
        assertThat(completions.tryStart()).isTrue();
        CommandCall call = sent(new CommandCall(echo(), promise, 0));
        assertThat(call.giveUp(() -> "it took too long", null, completions)).isTrue();
        assertThat(promise.handle((value, failure) -> failure).join()).isInstanceOf(OutcomeUnknown.class);
        Await.until(SOON, () -> completions.outstanding() == 0, "the call is still counted");

        transport.answer("$4\r\nlate\r\n");
        Promise<Object> next = new Promise<>();
        assertThat(completions.tryStart()).isTrue();
        sent(new CommandCall(echo(), next, Long.MAX_VALUE / 2));
        transport.answer("$4\r\nnext\r\n");

        assertThat(((Value) next.join()).asText()).isEqualTo("next");
        Await.until(
                SOON,
                () -> completions.outstanding() == 0,
                () -> "counted as unfinished: " + completions.outstanding());
        assertThat(ends).hasValue(1);
    }

    @Test
    void reply_whoseDecoderBreaks_endsItsCallAndNoOther() {
        CommandCall broken = sent(new CommandCall(
                StrangeCommands.failingToDecode(() -> new AssertionError("a bug")),
                Thread.currentThread(),
                Long.MAX_VALUE / 2));
        CommandCall next = sent(new CommandCall(echo(), Thread.currentThread(), Long.MAX_VALUE / 2));

        transport.answer("$1\r\na\r\n$1\r\nb\r\n");

        assertThat(String.valueOf(broken.await(completions))).contains("a bug");
        assertThat(((Value) next.await(completions)).asText()).isEqualTo("b");
    }

    @Test
    void error_thatEndsTheReaderWhileItDecodes_leavesTheCallToBeGivenUp() {
        CommandCall call = sent(new CommandCall(
                StrangeCommands.failingToDecode(() -> new OutOfMemoryError("pretended")),
                Thread.currentThread(),
                Long.MAX_VALUE / 2));

        transport.answer("$1\r\na\r\n");

        Await.until(SOON, reader::hasFailed, "the reader goes on");
        assertThat(call.giveUp(() -> "the connection was lost", null, completions))
                .isTrue();
        assertThat(call.await(completions)).isInstanceOf(OutcomeUnknown.class);
    }

    private CommandCall sent(CommandCall call) {
        call.depth = 1;
        inFlight.stage(call);
        assertThat(call.trySend()).isTrue();
        inFlight.markWritten(call);
        return call;
    }

    private static Command<Value> echo() {
        return Command.of("ECHO", "text");
    }
}
