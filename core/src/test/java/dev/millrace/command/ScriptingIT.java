package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import dev.millrace.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class ScriptingIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final String ECHO = "return {KEYS[1], ARGV[1]}";

    private List<@Nullable String> texts(Command<Value> command) {
        return SERVER.value(protocol, command).asList().stream()
                .map(Value::asText)
                .toList();
    }

    @Test
    void eval_keysAndArguments_reachTheScript() {
        assertThat(texts(Scripting.eval(ECHO, List.of("k"), "a"))).containsExactly("k", "a");
        Value bytes = SERVER.value(protocol, Scripting.eval(ECHO, new Object[] {KEY}, (Object) ONE));
        assertThat(bytes.asList()).containsExactly(new Value.Bytes(KEY), new Value.Bytes(ONE));
        assertThatThrownBy(() -> Scripting.eval(ECHO, new Object[] {1})).isInstanceOf(IllegalArgumentException.class);
        SERVER.needs(7);
        assertThat(texts(Scripting.evalRo(ECHO, List.of("k"), "a"))).containsExactly("k", "a");
        assertThat(texts(Scripting.evalRo(ECHO, new Object[] {"k"}, "a"))).containsExactly("k", "a");
        assertThatThrownBy(() -> run(Scripting.evalRo("return redis.call('SET', KEYS[1], '1')", List.of("k"))))
                .isInstanceOf(ServerError.class);
    }

    @Test
    void evalSha_scriptLoaded_runsIt() {
        assertThat(run(Scripting.scriptFlush())).isEqualTo("OK");
        String digest = SERVER.value(protocol, Scripting.scriptLoad(ECHO));
        assertThat(digest).isEqualTo(Script.of(ECHO).digest());
        assertThat(texts(Scripting.evalSha(digest, List.of("k"), "a"))).containsExactly("k", "a");
        assertThat(texts(Scripting.evalSha(digest, new Object[] {"k"}, "a"))).containsExactly("k", "a");
        String unknown = "0".repeat(40);
        assertThat(run(Scripting.scriptExists(digest, unknown))).containsExactly(true, false);
        assertThat(run(Scripting.scriptExists(List.of(unknown)))).containsExactly(false);
        assertThat(run(Scripting.scriptFlush(FlushMode.SYNC))).isEqualTo("OK");
        assertThatThrownBy(() -> run(Scripting.evalSha(digest, List.of("k"), "a")))
                .isInstanceOf(ServerError.NoScript.class);
        SERVER.needs(7);
        run(Scripting.scriptLoad(ECHO));
        assertThat(texts(Scripting.evalShaRo(digest, List.of("k"), "a"))).containsExactly("k", "a");
        assertThat(texts(Scripting.evalShaRo(digest, new Object[] {"k"}, "a"))).containsExactly("k", "a");
    }

    @Test
    void kill_scriptRunning_endsIt() {
        assertThatThrownBy(() -> run(Scripting.scriptKill())).hasMessageContaining("NOTBUSY");
        SERVER.setImpatient();
        CompletableFuture<Value> endless = SERVER.client(protocol)
                .start(Scripting.eval("while true do end", List.of()))
                .toCompletableFuture();
        Await.until(Duration.ofSeconds(5), this::killed, "the script did not begin, or can't be ended");
        assertThatThrownBy(() -> endless.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(ServerError.class);
    }

    private boolean killed() {
        try {
            return "OK".equals(SERVER.client(protocol).run(Scripting.scriptKill()));
        } catch (ServerError notBusy) {
            return false;
        }
    }
}
