package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.OnEveryTopology;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The check that the other tests rely on finds what it is there to find. */
@OnEveryTopology
final class FactsCheckIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    static Stream<Command<String>> wrongCommands() {
        return Stream.of(
                new Command<>(Verb.read("SET"), Decoders.OK, "k", "v"),
                new Command<>(Verb.write("GET"), Decoders.TEXT, "k"),
                new Command<>(Verb.write("RENAME"), Decoders.OK, "k", "l"),
                new Command<>(Verb.write("SET").keys(KeyPositions.NONE), Decoders.OK, "k", "v"),
                new Command<>(Verb.write("BLPOP").keys(KeyPositions.ALL_BUT_LAST), Decoders.TEXT, "k", "1"));
    }

    @ParameterizedTest
    @MethodSource("wrongCommands")
    void check_factsWrong_found(Command<String> wrong) {
        SERVER.needs(7);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> SERVER.run(3, wrong));
    }
}
