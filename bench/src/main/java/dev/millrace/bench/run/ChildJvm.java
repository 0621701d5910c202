package dev.millrace.bench.run;

import dev.millrace.bench.child.Child;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a client's JVM: the JDK and class path of this one, the same options for every client. */
final class ChildJvm {
    /** From this release on there is the option; without it later ones warn, and Netty does without by itself. */
    private static final int UNSAFE_MEMORY_ACCESS_OPTION_SINCE = 23;

    private ChildJvm() {}

    /**
     * The command line.
     *
     * @param scratch where clients unpack their native libraries
     */
    static List<String> command(Path scratch) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // One size for all, so that no client's heap grows while it is measured.
        command.add("-Xms1g");
        command.add("-Xmx1g");
        command.add("--enable-native-access=ALL-UNNAMED");
        if (Runtime.version().feature() >= UNSAFE_MEMORY_ACCESS_OPTION_SINCE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.add("-Djava.io.tmpdir=" + scratch);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Child.class.getName());
        return List.copyOf(command);
    }
}
