package dev.millrace.tools.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The machine a run took place on; figures of two runs compare only when these agree.
 *
 * @param cores processors that the JVM may use, at least 1
 * @param memoryBytes physical memory, in bytes, at least 0
 * @param os name, version and architecture of the operating system
 * @param jdk version and vendor of the JDK that ran the client
 */
public record Machine(
        int cores, @JsonProperty("memory_bytes") long memoryBytes, String os, String jdk) {

    public Machine {
        if (cores < 1) {
            throw new IllegalArgumentException("cores must be at least 1, got " + cores);
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must not be negative, got " + memoryBytes);
        }
    }

    /** The machine and JDK that run this very code. */
    public static Machine current() {
        long memory = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
                ? bean.getTotalMemorySize()
                : 0;
        String os = "%s %s (%s)"
                .formatted(
                        System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch"));
        String jdk = "%s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor"));
        return new Machine(Runtime.getRuntime().availableProcessors(), memory, os, jdk);
    }

    /** One line for people: {@code 2 cores, 24 GB, Linux 6.1 (amd64), JDK 25+36 (Eclipse Adoptium)}. */
    public String summary() {
        return "%d %s, %.0f GB, %s, JDK %s".formatted(cores, cores == 1 ? "core" : "cores", memoryBytes / 1e9, os, jdk);
    }
}
