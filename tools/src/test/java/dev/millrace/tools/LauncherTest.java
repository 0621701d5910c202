package dev.millrace.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher script in a project of its own, with a JDK that prints how it is called and a Maven that makes empty
 * jars: what is tried is which build and which process come out, not Maven.
 */
@Timeout(60)
class LauncherTest {
    private static final List<String> COMMANDS = List.of(
            "cat",
            "cp",
            "date",
            "dirname",
            "find",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "sort",
            "tail");

    @TempDir
    Path folder;

    private Path project;
    private Path jdk;
    private Path commands;
    private Path mavenCalls;

    @BeforeEach
    void layOut() throws IOException {
        project = Files.createDirectories(folder.resolve("a project")).toRealPath();
        commands = Files.createDirectories(folder.resolve("bin"));
        mavenCalls = project.resolve("maven-calls");
        for (String command : COMMANDS) {
            passOn(command);
        }
        Files.copy(Path.of("..", "millrace"), project.resolve("millrace"));
        Files.createFile(project.resolve("pom.xml"));
        for (String module : List.of("core", "testkit", "tools", "bench")) {
            Files.createDirectories(project.resolve(module).resolve("src/main"));
            Files.createFile(project.resolve(module).resolve("pom.xml"));
        }
        maven("");
        jdk = jdk("jdk", "25.0.1");
    }

    @Test
    void start_nothingBuilt_buildsOnceAndPassesArgumentsOn() throws Exception {
        Outcome first = launch("bench", "--json", "two words");
        Outcome second = launch();

        assertThat(first.status).isZero();
        assertThat(first.err).contains("building tools");
        assertThat(first.out)
                .endsWith("dev.millrace.tools.Main\nbench\n--json\ntwo words\n")
                .contains("-Dmillrace.terminal=false\n", "-Dmillrace.home=" + project + "\n")
                .contains("-cp\n" + project + "/target/launcher/tools/");
        assertThat(second.err).isEmpty();
        assertThat(second.status).isZero();
        assertThat(mavenCalls()).hasSize(1).first().asString().contains("package", "-pl tools -am");
    }

    @Test
    void start_sourceNewerThanTheBuild_buildsAgain() throws Exception {
        launch();
        Path source = Files.createFile(project.resolve("core/src/main/Some.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

        launch();

        assertThat(mavenCalls()).hasSize(2);
    }

    @Test
    void start_manyBuilds_keepsAFew() throws Exception {
        for (int build = 1; build <= 5; build++) {
            Files.setLastModifiedTime(
                    project.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
            assertThat(launch().status).isZero();
        }

        try (var builds = Files.list(project.resolve("target/launcher/tools"))) {
            assertThat(builds.filter(Files::isDirectory)).hasSize(3);
        }
    }

    @Test
    void start_peers_runsTheBenchModule() throws Exception {
        Outcome outcome = launch("peers", "--runs", "5");

        assertThat(outcome.out)
                .endsWith("dev.millrace.bench.Peers\n--runs\n5\n")
                .contains("/target/launcher/bench/");
        assertThat(mavenCalls()).first().asString().contains("-pl bench -am");
    }

    @Test
    void start_throughLinksFromElsewhere_findsTheProject() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("hop"), Path.of("a project", "millrace"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("millrace"), Path.of("..", "hop"));

        Outcome outcome = outcome(process(link, elsewhere, List.of("--version")).start());

        assertThat(outcome.status).isZero();
        assertThat(outcome.out).contains("-Dmillrace.home=" + project);
    }

    @Test
    void start_javaHomeTooOld_takesTheNewestElsewhere() throws Exception {
        Path jdks = Files.createDirectories(folder.resolve("jdks"));
        Files.move(jdk("old", "17.0.2"), jdks.resolve("jdk-17"));
        Files.move(jdk("new", "24"), jdks.resolve("jdk-24"));
        Files.move(jdk("middle", "21.0.9"), jdks.resolve("jdk-21"));
        ProcessBuilder process = process(project.resolve("millrace"), project, List.of());
        process.environment().put("JAVA_HOME", jdks.resolve("jdk-17").toString());
        process.environment().put("MILLRACE_JDKS", "/nowhere:" + jdks);

        assertThat(outcome(process.start()).out)
                .startsWith(jdks.resolve("jdk-24").toString());
    }

    @Test
    void start_javaOnPathThroughALink_isTaken() throws Exception {
        Files.createSymbolicLink(commands.resolve("java"), jdk.resolve("bin/java"));
        ProcessBuilder process = process(project.resolve("millrace"), project, List.of());
        process.environment().remove("JAVA_HOME");

        assertThat(outcome(process.start()).out).startsWith(jdk.toRealPath().toString());
    }

    @Test
    void start_noJdk_saysWhatToInstall() throws Exception {
        ProcessBuilder process = process(project.resolve("millrace"), project, List.of());
        process.environment().remove("JAVA_HOME");

        Outcome outcome = outcome(process.start());

        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err)
                .startsWith("millrace: a JDK of version 21 or newer is needed and none was found; install one")
                .hasLineCount(1);
    }

    @Test
    void start_noMaven_saysWhatToInstall() throws Exception {
        Files.delete(commands.resolve("mvn"));

        Outcome outcome = launch();

        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.err).contains("mvn is not on PATH; install it").hasLineCount(1);
    }

    @Test
    void start_buildFails_showsTheEndOfItsLogAndBuildsAgainNextTime() throws Exception {
        maven("echo 'cannot find symbol: Mill'; exit 1");
        Outcome failed = launch();
        maven("");
        Outcome mended = launch();

        assertThat(failed.status).isEqualTo(2);
        assertThat(failed.err).contains("cannot find symbol: Mill", "the whole log is in", "build.log");
        assertThat(failed.out).isEmpty();
        assertThat(mended.status).isZero();
    }

    @Test
    void start_twiceAtOnce_buildsOnce() throws Exception {
        startTwiceAtOnce();
    }

    @Test
    void start_twiceAtOnceWithFlock_buildsOnce() throws Exception {
        Path flock = Path.of("/usr/bin/flock");
        assumeTrue(Files.exists(flock), "flock is not installed");
        passOn("flock");
        startTwiceAtOnce();
    }

    private void startTwiceAtOnce() throws Exception {
        Path gate = namedPipe();
        maven("read -r line <'" + gate + "'");
        Process first = process(project.resolve("millrace"), project, List.of()).start();
        awaitLine(first, "building tools");
        Process second =
                process(project.resolve("millrace"), project, List.of()).start();
        awaitLine(second, "another start is building");
        Files.writeString(gate, "go\n");

        assertThat(outcome(first).status).isZero();
        assertThat(outcome(second).status).isZero();
        assertThat(mavenCalls()).hasSize(1);
    }

    @Test
    void start_endedWhileBuilding_endsMavenAndLeavesNoLock() throws Exception {
        Path gate = namedPipe();
        maven("echo $$ >'" + project.resolve("maven-process") + "'; echo ready >'" + gate + "'; exec sleep 1000");
        Process launcher =
                process(project.resolve("millrace"), project, List.of()).start();
        assertThat(Files.readString(gate)).isEqualTo("ready\n");
        long maven = Long.parseLong(
                Files.readString(project.resolve("maven-process")).strip());

        assertThat(launcher.toHandle().destroy()).isTrue();

        assertThat(outcome(launcher).status).isEqualTo(143);
        assertThat(ProcessHandle.of(maven).filter(ProcessHandle::isAlive)).isEmpty();
        maven("");
        assertThat(launch().status).isZero();
    }

    private record Outcome(int status, String out, String err) {}

    private Outcome launch(String... arguments) throws Exception {
        return outcome(
                process(project.resolve("millrace"), folder, List.of(arguments)).start());
    }

    private ProcessBuilder process(Path script, Path directory, List<String> arguments) {
        ProcessBuilder process = new ProcessBuilder(script.toString()).directory(directory.toFile());
        process.command().addAll(arguments);
        process.environment().clear();
        process.environment().put("PATH", commands.toString());
        process.environment().put("JAVA_HOME", jdk.toString());
        process.environment().put("MILLRACE_JDKS", folder.resolve("nowhere").toString());
        return process;
    }

    private static Outcome outcome(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), out, err);
    }

    private static void awaitLine(Process process, String part) throws IOException {
        BufferedReader reader = process.errorReader(UTF_8);
        String line = reader.readLine();
        while (line != null && !line.contains(part)) {
            line = reader.readLine();
        }
        assertThat(line).isNotNull();
    }

    private Path namedPipe() throws Exception {
        Path pipe = folder.resolve("gate");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    /** Puts one of the system's commands on the launcher's PATH, and nothing else of its folder. */
    private void passOn(String command) throws IOException {
        Path found = Path.of("/bin", command);
        Path real = Files.exists(found) ? found : Path.of("/usr/bin", command);
        script(commands.resolve(command), "exec " + real + " \"$@\"\n");
    }

    private List<String> mavenCalls() throws IOException {
        return Files.readAllLines(mavenCalls);
    }

    /** A Maven that notes its call, does something, and leaves jars where the real one does. */
    private void maven(String action) throws IOException {
        script(commands.resolve("mvn"), """
                echo "$@" >>maven-calls
                %s
                for module in tools bench; do
                    mkdir -p $module/target/lib
                    : >$module/target/$module.jar
                    : >$module/target/lib/library.jar
                done
                """.formatted(action));
    }

    /** A JDK that prints the path and the arguments of its java. */
    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), "printf '%s\\n' \"$0\" \"$@\"\n");
        script(home.resolve("bin/javac"), "exit 1\n");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
