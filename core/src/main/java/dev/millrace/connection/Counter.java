package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter that one thread at a time adds to and any thread reads: no locked instruction on the hot path. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // by opaque access
final class Counter {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Counter.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long count;

    void add(long more) {
        COUNT.setOpaque(this, count + more);
    }

    long get() {
        return (long) COUNT.getOpaque(this);
    }
}
