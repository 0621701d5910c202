package dev.millrace.connection;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The subscriptions at one subscriber, and which of them wait to be restored. What becomes of a subscription is told to
 * it in here, under the owner's lock, so that what happens next, at this subscriber or another, is told after it.
 *
 * <p>Guarded by its owner's lock.
 */
final class Audience {
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

    /** Whose listeners wait to hear that they are restored: when the server has confirmed their last channel. */
    private final Set<Subscription> interrupted = new LinkedHashSet<>();

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    /** Whether it was here. */
    boolean remove(Subscription subscription) {
        interrupted.remove(subscription);
        return subscriptions.remove(subscription);
    }

    boolean contains(Subscription subscription) {
        return subscriptions.contains(subscription);
    }

    boolean isEmpty() {
        return subscriptions.isEmpty();
    }

    /** All channels of a kind. */
    Set<String> channels(ChannelKind kind) {
        Set<String> channels = new LinkedHashSet<>();
        for (Subscription subscription : subscriptions) {
            if (subscription.kind() == kind) {
                channels.addAll(subscription.channels());
            }
        }
        return channels;
    }

    /** The channels of a subscription that was removed which nobody else has. */
    Set<String> unused(Subscription removed) {
        Set<String> unused = new LinkedHashSet<>(removed.channels());
        unused.removeAll(channels(removed.kind()));
        return unused;
    }

    /** Who is subscribed to a channel. */
    List<Subscription> of(ChannelKind kind, String channel) {
        List<Subscription> all = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            if (subscription.kind() == kind && subscription.channels().contains(channel)) {
                all.add(subscription);
            }
        }
        return all;
    }

    /** One hears nothing for now. */
    void interrupt(Subscription subscription) {
        interrupted.add(subscription);
        subscription.interrupted();
    }

    /** Nobody hears anything for now; those that are still being subscribed find out by themselves. */
    void interrupt() {
        subscriptions.stream().filter(Subscription::isEstablished).forEach(this::interrupt);
    }

    /** Those hear nothing for now that are subscribed to a channel; whether there are any. */
    boolean interrupt(ChannelKind kind, String channel) {
        List<Subscription> all =
                of(kind, channel).stream().filter(Subscription::isEstablished).toList();
        all.forEach(this::interrupt);
        return !all.isEmpty();
    }

    /** The server has confirmed a channel. */
    void restore(ChannelKind kind, String channel, Confirmations confirmations) {
        for (Subscription subscription : of(kind, channel)) {
            restore(subscription, confirmations);
        }
    }

    /** One hears everything again, if all its channels are confirmed. */
    void restore(Subscription subscription, Confirmations confirmations) {
        if (interrupted.contains(subscription)
                && confirmations.confirms(subscription.kind(), subscription.channels())) {
            interrupted.remove(subscription);
            subscription.restored();
        }
    }

    /**
     * Nobody is here any more.
     *
     * @param retiring whether those that somebody moves go on elsewhere
     * @return those that end
     */
    List<Subscription> leave(boolean retiring) {
        if (retiring) {
            interrupt();
        }
        List<Subscription> ending = new ArrayList<>(subscriptions);
        ending.removeIf(subscription -> retiring && subscription.isMovable());
        subscriptions.clear();
        interrupted.clear();
        return ending;
    }
}
