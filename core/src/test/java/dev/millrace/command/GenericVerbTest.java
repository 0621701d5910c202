package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of commands that are made by name: a wrong guess would hold up or confuse a shared connection. */
class GenericVerbTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT",
                "select",
                "WATCH",
                "MULTI",
                "MONITOR",
                "SUBSCRIBE",
                "AUTH",
                "HELLO",
                "QUIT",
                "RESET",
                "CLIENT REPLY",
                "client   reply",
                "CLIENT TRACKING",
                "CLIENT SETNAME"
            })
    void of_nameThatChangesItsConnection_needsADedicatedOne(String name) {
        assertThat(Command.of(name, "x").verb().needsDedicatedConnection()).isTrue();
        assertThat(Command.of(name, "x").verb().isBlocking()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPLY", "reply", "TRACKING", "CACHING", "SETNAME", "NO-EVICT"})
    void of_secondWordPassedAsArgument_isSeenToo(String second) {
        assertThat(Command.of("CLIENT", second, "OFF").verb().needsDedicatedConnection())
                .isTrue();
    }

    @Test
    void of_blockingList_getsTheTimeItAsksFor() {
        Command<Value> command = Command.of("BLPOP", "list", "30");
        assertThat(command.verb().isBlocking()).isTrue();
        assertThat(command.verb().needsDedicatedConnection()).isTrue();
        assertThat(command.blockingNanos()).isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(Command.of("BLPOP", "list", 0).blockingNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void of_streamRead_blocksIfItSaysSo() {
        Command<Value> blocking = Command.of("XREAD", "COUNT", "1", "block", 5_000, "STREAMS", "s", "$");
        assertThat(blocking.verb().isBlocking()).isTrue();
        assertThat(blocking.blockingNanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(Command.of("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">")
                        .verb()
                        .isBlocking())
                .isTrue();
        assertThat(Command.of("XREAD", "STREAMS", "BLOCK", "5", "0", "0").verb().isBlocking())
                .as("a stream may have any name")
                .isFalse();
        assertThat(Command.of("XREADGROUP", "GROUP", "BLOCK", "BLOCK", "STREAMS", "s", ">")
                        .verb()
                        .isBlocking())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTH", "HELLO", "CONFIG SET", "ACL SETUSER", "MIGRATE", "config set"})
    void of_nameThatCarriesSecrets_isSecret(String name) {
        assertThat(Command.of(name, "x", "y").verb().isSecret()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PING", "CLIENT SETNAME", "CONFIG GET", "PUBLISH", "SELECT", "info"})
    void of_nameWithoutKeys_hasNone(String name) {
        assertThat(Command.of(name, "x").keyCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "FT.SEARCH", "OBJECT-LIKE", "SPUBLISH"})
    void of_anyOtherName_takesItsFirstArgumentForTheKey(String name) {
        assertThat(Command.of(name, "x", "y").keyCount()).isEqualTo(1);
        assertThat(Command.of(name, "x", "y").key(0)).isEqualTo("x");
    }

    @Test
    void of_secretSecondWordPassedAsArgument_isSecretToo() {
        assertThat(Command.of("CONFIG", "set", "requirepass", "x").verb().isSecret())
                .isTrue();
        assertThat(Command.of("ACL", "SETUSER", "x").verb().isSecret()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET key s3cret", "AUTH s3cret", "auth ann s3cret", "HELLO s3cret", ""})
    void of_nameThatIsAWholeCommand_isRefusedWithoutRepeatingIt(String name) {
        assertThatThrownBy(() -> Command.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContainIgnoringCase("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "FT.SEARCH", "CLIENT LIST", "CONFIG GET", "XREAD", "LPOP", "EVAL"})
    void of_anyOtherName_sharesAConnection(String name) {
        Verb verb = Command.of(name, "x").verb();
        assertThat(verb.needsDedicatedConnection()).isFalse();
        assertThat(verb.isBlocking()).isFalse();
        assertThat(verb.isSecret()).isFalse();
        assertThat(verb.isReadOnly()).isFalse();
    }
}
