package dev.millrace.publish;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What waits for one channel, in order; never empty but before its first message and after its last. It is as urgent as its
 * most urgent message, for what stands before that must go first. Confined to the lock of its {@link Outbox}.
 *
 * <p>The most urgent is kept as the maximum of a sliding window is: {@code peaks} has the messages that nothing behind them is
 * more urgent than, the most urgent first.
 */
final class ChannelLine {
    private final Deque<Message> messages = new ArrayDeque<>();
    private final Deque<Message> peaks = new ArrayDeque<>();

    void add(Message message) {
        messages.add(message);
        while (!peaks.isEmpty() && peaks.getLast().priority < message.priority) {
            peaks.removeLast();
        }
        peaks.add(message);
    }

    Message first() {
        return messages.getFirst();
    }

    void remove(Message message) {
        if (messages.getFirst() == message) {
            messages.removeFirst();
            if (peaks.getFirst() == message) {
                peaks.removeFirst();
            }
            return;
        }
        // Only who gives up waiting leaves from further back, so this may take a while.
        Deque<Message> rest = new ArrayDeque<>(messages);
        rest.removeIf(other -> other == message);
        messages.clear();
        peaks.clear();
        rest.forEach(this::add);
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** The highest priority in it. */
    int urgency() {
        return peaks.getFirst().priority;
    }

    /** The turn of its first message. */
    long turn() {
        return messages.getFirst().turn;
    }
}
