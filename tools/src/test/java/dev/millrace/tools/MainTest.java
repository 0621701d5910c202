package dev.millrace.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void help_asked_listsTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "Usage: millrace",
                        "bench",
                        "serve",
                        "check",
                        "demo",
                        "doctor",
                        "queue",
                        "load",
                        "peers",
                        "jmh",
                        "jcstress");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void version_asked_isTheBuilds() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("millrace \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\RJDK .*\\R");
    }

    @Test
    void command_none_isAskedFor() {
        assertBadInput("millrace: name a command, such as bench; `millrace --help` lists them\n");
    }

    @Test
    void command_unknown_isNamed() {
        assertBadInput(
                "millrace: there is no command 'nonsense'; choose from bench, serve, check, demo, doctor, queue, load, peers, jmh, jcstress; `millrace --help` lists what is"
                        + " possible\n",
                "nonsense",
                "--deep");
    }

    @Test
    void option_unknown_isNamed() {
        assertBadInput(
                "millrace: Unknown option: '--nonsense'; `millrace --help` lists what is possible\n", "--nonsense");
    }

    @Test
    void peers_withoutTheLauncher_saysHowToStartIt() {
        assertBadInput(
                "millrace peers: peers is started by the launcher script: ./millrace peers --runs 5\n",
                "peers",
                "--runs",
                "5");
    }

    private void assertBadInput(String message, String... arguments) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).isEqualToNormalizingNewlines(message);
        assertThat(out.toString()).isEmpty();
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
