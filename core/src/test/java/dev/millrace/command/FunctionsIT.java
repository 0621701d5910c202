package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import dev.millrace.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
final class FunctionsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final String LIBRARY = """
            #!lua name=mill
            redis.register_function{function_name='echo', description='says it again', flags={'no-writes'},
                callback=function(keys, args) return {keys[1], args[1]} end}
            redis.register_function('endless', function() while true do end end)
            """;

    private List<@Nullable String> texts(Command<Value> command) {
        return SERVER.value(protocol, command).asList().stream()
                .map(Value::asText)
                .toList();
    }

    @Test
    void call_function_answersWhatItReturns() {
        SERVER.needs(7);
        assertThat(run(Functions.functionLoad(LIBRARY))).isEqualTo("mill");
        assertThat(texts(Functions.fcall("echo", List.of("k"), "a"))).containsExactly("k", "a");
        assertThat(texts(Functions.fcall("echo", new Object[] {"k"}, "a"))).containsExactly("k", "a");
        assertThat(texts(Functions.fcallRo("echo", List.of("k"), "a"))).containsExactly("k", "a");
        Value bytes = SERVER.value(protocol, Functions.fcallRo("echo", new Object[] {KEY}, (Object) ONE));
        assertThat(bytes.asList()).containsExactly(new Value.Bytes(KEY), new Value.Bytes(ONE));
    }

    @Test
    void libraries_loadedAndRemoved_areListed() {
        SERVER.needs(7);
        run(Functions.functionLoad(LIBRARY));
        assertThatThrownBy(() -> run(Functions.functionLoad(LIBRARY))).isInstanceOf(ServerError.class);
        assertThat(run(Functions.functionLoadReplace(LIBRARY))).isEqualTo("mill");
        FunctionLibrary library =
                SERVER.value(protocol, Functions.functionList()).getFirst();
        assertThat(library.name()).isEqualTo("mill");
        assertThat(library.engine()).isEqualTo("LUA");
        assertThat(library.code()).isNull();
        assertThat(library.functions())
                .extracting(FunctionLibrary.Function::name)
                .containsExactlyInAnyOrder("echo", "endless");
        FunctionLibrary.Function echo = library.functions().stream()
                .filter(function -> function.name().equals("echo"))
                .findFirst()
                .orElseThrow();
        assertThat(echo.description()).isEqualTo("says it again");
        assertThat(echo.flags()).containsExactly("no-writes");
        assertThat(run(Functions.functionList("other*"))).isEmpty();
        assertThat(SERVER.value(protocol, Functions.functionListWithCode("mill"))
                        .getFirst()
                        .code())
                .isEqualTo(LIBRARY);
        assertThat(run(Functions.functionDelete("mill"))).isEqualTo("OK");
        assertThat(run(Functions.functionList())).isEmpty();
    }

    @Test
    void dump_restored_bringsLibrariesBack() {
        SERVER.needs(7);
        run(Functions.functionLoad(LIBRARY));
        byte[] dump = SERVER.value(protocol, Functions.functionDump());
        assertThat(run(Functions.functionFlush())).isEqualTo("OK");
        assertThat(run(Functions.functionRestore(dump, Functions.RestorePolicy.APPEND)))
                .isEqualTo("OK");
        assertThatThrownBy(() -> run(Functions.functionRestore(dump, Functions.RestorePolicy.APPEND)))
                .isInstanceOf(ServerError.class);
        assertThat(run(Functions.functionRestore(dump, Functions.RestorePolicy.REPLACE)))
                .isEqualTo("OK");
        assertThat(run(Functions.functionRestore(dump, Functions.RestorePolicy.FLUSH)))
                .isEqualTo("OK");
        assertThat(run(Functions.functionFlush(FlushMode.ASYNC))).isEqualTo("OK");
    }

    @Test
    void kill_functionRunning_endsIt() {
        SERVER.needs(7);
        run(Functions.functionLoad(LIBRARY));
        FunctionStats idle = SERVER.value(protocol, Functions.functionStats());
        assertThat(idle.running()).isNull();
        assertThat(idle.engines()).containsEntry("LUA", new FunctionStats.Engine(1, 2));
        SERVER.setImpatient();
        CompletableFuture<Value> endless = SERVER.client(protocol)
                .start(Functions.fcall("endless", List.of(), "secret"))
                .toCompletableFuture();
        FunctionStats.Running[] running = new FunctionStats.Running[1];
        Await.until(
                Duration.ofSeconds(5),
                () -> {
                    FunctionStats stats = SERVER.client(protocol).run(Functions.functionStats());
                    running[0] = Objects.requireNonNull(stats).running();
                    return running[0] != null;
                },
                "the function did not begin");
        assertThat(SERVER.client(protocol).run(Functions.functionKill())).isEqualTo("OK");
        assertThat(running[0].name()).isEqualTo("endless");
        assertThat(running[0].command()).containsExactly("FCALL", "endless", "0", "secret");
        assertThat(running[0].toString()).doesNotContain("secret");
        assertThatThrownBy(() -> endless.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(ServerError.class);
    }
}
