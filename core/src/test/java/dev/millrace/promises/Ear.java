package dev.millrace.promises;

import dev.millrace.metrics.ClientListener;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener that counts. Thread-safe. */
class Ear implements ClientListener {
    final AtomicInteger ended = new AtomicInteger();
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger disconnected = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    @Override
    public void commandEnded(String verb, Outcome outcome, long nanos) {
        ended.incrementAndGet();
    }

    @Override
    public void connected(String node) {
        connected.incrementAndGet();
    }

    @Override
    public void disconnected(String node, String cause) {
        disconnected.incrementAndGet();
    }

    @Override
    public void closed() {
        closed.incrementAndGet();
    }
}
