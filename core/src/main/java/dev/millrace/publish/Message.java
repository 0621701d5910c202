package dev.millrace.publish;

import java.util.concurrent.CompletableFuture;

/**
 * A message on its way. Where it is changes under the lock of its {@link Outbox} only; its future is completed outside of it,
 * by whoever ended it.
 */
final class Message {
    /** Where it is. */
    enum Place {
        WAITING,
        UNDER_WAY,
        ENDED
    }

    final String channel;
    final byte[] content;
    final int priority;
    final long deadline;

    /** Whether a caller waits for it, and keeps its time. */
    final boolean attended;

    final CompletableFuture<Long> receivers = new CompletableFuture<>();

    /** Under the outbox's lock. */
    Place place = Place.WAITING;

    /** Its turn among all, under the outbox's lock. */
    long turn;

    Message(String channel, byte[] content, int priority, long deadline, boolean attended) {
        this.channel = channel;
        this.content = content;
        this.priority = priority;
        this.deadline = deadline;
        this.attended = attended;
    }

    /** What it takes of the bounds. */
    long bytes() {
        return (long) channel.length() + content.length;
    }
}
