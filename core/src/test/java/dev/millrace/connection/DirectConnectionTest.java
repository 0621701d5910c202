package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Value;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import dev.millrace.testkit.NoLeakedThreads;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
class DirectConnectionTest {
    private static final String REPLY = "$5\r\nreply\r\n";
    private static final int REPLY_BYTES = 4096;

    private final ScriptedTransport transport = new ScriptedTransport();
    private final DeadlineWatch watch = new DeadlineWatch();
    private final DirectConnection connection = new DirectConnection(
            "localhost:6379",
            new OpenConnection(
                    "node",
                    transport,
                    new RespWriter(transport, 4096),
                    new RespReader(4096, REPLY_BYTES),
                    new ServerFacts(3, "7.0.15", "redis", "standalone", "master", false)),
            watch,
            0);

    @AfterEach
    void close() {
        connection.close();
        watch.close();
    }

    private Object run() {
        return String.valueOf(
                connection.run(Command.of("ECHO", "reply"), Long.MAX_VALUE / 2) instanceof Value value
                        ? value.asText()
                        : null);
    }

    @Test
    void run_oneReply_isUsableAgain() {
        transport.answer(REPLY);
        assertThat(run()).isEqualTo("reply");
        assertThat(connection.isUsable()).isTrue();
    }

    @Test
    void run_replyInPieces_isUsableAgain() {
        transport.answer(REPLY.substring(0, 3));
        transport.answer(REPLY.substring(3));
        assertThat(run()).isEqualTo("reply");
        assertThat(connection.isUsable()).isTrue();
    }

    @Test
    void run_pushBehindTheReply_isUsableAgain() {
        transport.answer(REPLY + ">2\r\n+invalidate\r\n*0\r\n");
        assertThat(run()).isEqualTo("reply");
        assertThat(connection.isUsable()).isTrue();
    }

    @Test
    void run_moreThanOneReply_answersTheFirstAndIsNotUsedAgain() {
        transport.answer(REPLY + REPLY);
        assertThat(run()).isEqualTo("reply");
        assertThat(connection.isUsable()).isFalse();
    }

    @Test
    void run_garbageBehindTheReply_answersItAndIsNotUsedAgain() {
        transport.answer(REPLY + "garbage\r\n");
        assertThat(run()).isEqualTo("reply");
        assertThat(connection.isUsable()).isFalse();
    }

    @Test
    void run_ofUnitAndMoreRepliesThanCommands_isNotUsedAgain() {
        Unit unit = new Unit(List.of(Command.of("ECHO", "a"), Command.of("ECHO", "b")), false);
        transport.answer(REPLY + REPLY + REPLY);
        assertThat(connection.run(unit, Long.MAX_VALUE / 2)).isNull();
        assertThat(connection.isUsable()).isFalse();
    }

    @Test
    void run_replyOverTheLimit_saysThatItCanNotBeRead() {
        transport.answer("$" + (REPLY_BYTES + 1) + "\r\n");
        Object outcome = connection.run(Command.of("ECHO", "reply"), Long.MAX_VALUE / 2);
        assertThat(outcome).isInstanceOfSatisfying(OutcomeUnknown.class, failure -> {
            assertThat(failure.isUnreadable()).isTrue();
            assertThat(failure).hasMessageContaining("over the limit of " + REPLY_BYTES);
        });
        assertThat(connection.isUsable()).isFalse();
    }
}
