package dev.millrace.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The threads that are alive now, less those that the JDK and the test runner keep for themselves.
 *
 * <p>Platform threads are listed by the JDK. Virtual threads are in no list but the thread dump, so the dump is what is
 * read for them; it holds all of them unless the JVM runs with {@code -Djdk.trackAllThreads=false}.
 */
final class LiveThreads {

    /** A virtual thread as the dump shows it. */
    record Virtual(long id, String name, List<String> stack) {}

    private static final Set<String> JDK_GROUPS =
            Set.of("system", "InnocuousThreadGroup", "InnocuousForkJoinWorkerThreadGroup", "CarrierThreads");
    private static final List<String> JDK_AND_RUNNER = List.of(
            "ForkJoinPool.commonPool-",
            "CompletableFutureDelayScheduler",
            "VirtualThread-",
            "process reaper",
            "Common-Cleaner",
            "Attach Listener",
            "JFR ",
            "junit-",
            "surefire-");
    private static final Pattern VIRTUAL_HEADER = Pattern.compile("#(\\d+) \"(.*)\" virtual\\b.*");
    private static final Pattern POLLER = Pattern.compile(".*Poller.*");

    private LiveThreads() {}

    static Set<Thread> platform() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(Predicate.not(LiveThreads::isOwnedByOthers))
                .collect(Collectors.toSet());
    }

    static boolean isOwnedByOthers(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return group == null
                || JDK_GROUPS.contains(group.getName())
                || JDK_AND_RUNNER.stream().anyMatch(thread.getName()::startsWith);
    }

    /** A number that every thread made from now on exceeds with its {@link Thread#threadId}. */
    static long newestId() {
        return new Thread(() -> {}).threadId();
    }

    /** The virtual threads made after the one with this id; none on a JVM that can't dump them. */
    static List<Virtual> virtualSince(long id) {
        HotSpotDiagnosticMXBean diagnostic = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (diagnostic == null) {
            return List.of();
        }
        try {
            Path folder = Files.createTempDirectory("millrace-threads-");
            try {
                Path dump = folder.resolve("dump.txt");
                diagnostic.dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
                return parse(Files.readAllLines(dump)).stream()
                        .filter(thread -> thread.id() > id)
                        .filter(thread -> !POLLER.matcher(thread.name()).matches())
                        .toList();
            } finally {
                FileTree.delete(folder);
            }
        } catch (IOException | UnsupportedOperationException noDump) {
            return List.of();
        }
    }

    static List<Virtual> parse(List<String> dump) {
        List<Virtual> threads = new ArrayList<>();
        Virtual current = null;
        for (String line : dump) {
            Matcher header = VIRTUAL_HEADER.matcher(line);
            if (header.matches()) {
                current = new Virtual(Long.parseLong(header.group(1)), header.group(2), new ArrayList<>());
                threads.add(current);
            } else if (line.isBlank() || line.startsWith("#")) {
                current = null;
            } else {
                addFrame(current, line);
            }
        }
        return threads;
    }

    private static void addFrame(@Nullable Virtual thread, String line) {
        if (thread != null) {
            thread.stack().add(line.strip());
        }
    }
}
