package dev.millrace.promises;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** Interrupts threads a while after it was asked to, wherever they are by then. Thread-safe; closing ends its thread. */
final class Interrupter implements AutoCloseable {
    private record Order(Thread victim, long atNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    private final DelayQueue<Order> orders = new DelayQueue<>();
    private final Thread thread = Thread.ofPlatform().name("interrupter").start(this::run);

    /** Interrupts the calling thread after so many nanoseconds. */
    void interruptMe(long afterNanos) {
        orders.add(new Order(Thread.currentThread(), System.nanoTime() + afterNanos));
    }

    private void run() {
        try {
            while (true) {
                orders.take().victim().interrupt();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
