package dev.millrace.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where Node, npm or the packages are missing; shells stand in for the programs. */
final class NodeProgramTest {
    @TempDir
    Path folder;

    @Test
    void command_noNode_saysSo() {
        assertUnavailable("node is not on the PATH; install Node 20 or newer with npm");
    }

    @Test
    void command_noNpm_saysSo() throws IOException {
        program("node", "echo v20.1.0");

        assertUnavailable("npm is not on the PATH; install Node 20 or newer with npm");
    }

    @Test
    void command_oldNode_saysWhatThereIs() throws IOException {
        program("node", "echo v16.20.2");
        program("npm", "exit 1");

        assertUnavailable("it needs Node 20 or newer, and node on the PATH is v16.20.2");
    }

    @Test
    void command_packagesCannotBeHad_isOneLineEachTime() throws IOException {
        program("node", "echo v20.1.0");
        program("npm", "echo; echo 'npm error code E1'; echo 'npm error a log is somewhere'; exit 3");

        assertUnavailable("npm ci ended with exit status 3: npm error code E1");
        assertUnavailable("npm ci ended with exit status 3: npm error code E1");
    }

    @Test
    void command_packagesFetched_areNotFetchedAgain() throws Exception {
        program("node", "echo v22.0.0");
        program("npm", "echo again >>" + folder.resolve("fetched"));

        assertThat(NodeProgram.command(folder.toString(), folder))
                .isEqualTo(NodeProgram.command(folder.toString(), folder))
                .hasSize(2)
                .last()
                .asString()
                .endsWith("bullmq.js");
        assertThat(folder.resolve("fetched")).hasContent("again");
    }

    @Test
    void lockFile_namesNoRegistry() throws IOException {
        try (var lock = NodeProgram.class.getResourceAsStream("/dev/millrace/bench/node/package-lock.json")) {
            assertThat(lock).isNotNull();
            assertThat(new String(lock.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"integrity\"")
                    .doesNotContain("\"resolved\"", "://");
        }
    }

    private void assertUnavailable(String message) {
        assertThatExceptionOfType(ContestantUnavailable.class)
                .isThrownBy(() -> NodeProgram.command(folder.toString(), folder))
                .withMessage(message);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
