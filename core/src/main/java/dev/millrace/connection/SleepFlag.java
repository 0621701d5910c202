package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.function.BooleanSupplier;

/**
 * Whether a thread that looks after others' work sleeps, so that it costs them one volatile read while it is awake.
 *
 * <p>After Dekker: the sleeper says that it sleeps and then looks once more; whoever begins something begins it and then
 * asks whether it sleeps. All four steps are volatile, so at least one of the two sees the other.
 */
@ThreadSafe
final class SleepFlag {
    private volatile boolean asleep;

    /** For the sleeper: falls asleep unless something is outstanding now. Answers whether it may sleep. */
    boolean fallAsleep(BooleanSupplier outstanding) {
        asleep = true;
        if (outstanding.getAsBoolean()) {
            asleep = false;
        }
        return asleep;
    }

    /** For the sleeper: whether nobody has woken it since it fell asleep. */
    boolean isAsleep() {
        return asleep;
    }

    /** For the others, after they have begun something. Answers whether the sleeper must be unparked. */
    boolean wake() {
        if (!asleep) {
            return false;
        }
        asleep = false;
        return true;
    }
}
