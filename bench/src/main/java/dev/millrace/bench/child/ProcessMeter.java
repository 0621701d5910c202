package dev.millrace.bench.child;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process has used since it began.
 *
 * @param cpuNanos processor time of all its threads, in nanoseconds
 * @param allocatedBytes bytes that all its threads, ended ones too, allocated on the heap
 */
record ProcessMeter(long cpuNanos, long allocatedBytes) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static ProcessMeter read() {
        return new ProcessMeter(SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes());
    }
}
