package dev.millrace.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What consumers in several processes said they did, and whether that can be. A lease that began after its claim was sent
 * lives at least until its duration later, or until its holder began to settle it: before that nobody else may have been
 * given the job. Thread-safe.
 */
final class ChaosLedger {
    /** The server counts milliseconds, and drops what is below. */
    private static final long ROUNDING_NANOS = 2_000_000;

    /** One time that a job was handed out. */
    private static final class Claim {
        final int consumer;
        final long came;
        long freeFrom;

        Claim(int consumer, long came, long freeFrom) {
            this.consumer = consumer;
            this.came = came;
            this.freeFrom = freeFrom;
        }
    }

    private final long leaseNanos;

    @GuardedBy("this")
    private final Map<Integer, List<Claim>> claims = new HashMap<>();

    @GuardedBy("this")
    private final Map<Integer, Integer> acknowledged = new HashMap<>();

    ChaosLedger(Duration lease) {
        this.leaseNanos = lease.toNanos();
    }

    /** Takes a line; those of one consumer in their order. */
    synchronized void take(int consumer, String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "c" -> {
                long sent = Long.parseLong(words[1]);
                long came = Long.parseLong(words[2]);
                ids(words, 3)
                        .forEach(id -> claims.computeIfAbsent(id, its -> new ArrayList<>(1))
                                .add(new Claim(consumer, came, sent + leaseNanos - ROUNDING_NANOS)));
            }
            case "s" -> {
                long sent = Long.parseLong(words[1]);
                ids(words, 2).forEach(id -> free(consumer, id, sent));
            }
            case "a" -> ids(words, 1).forEach(id -> acknowledged.merge(id, 1, Integer::sum));
            default -> throw new IllegalArgumentException(line);
        }
    }

    private static List<Integer> ids(String[] words, int from) {
        return Arrays.stream(words, from, words.length).map(Integer::valueOf).toList();
    }

    /** The holder gives a job back from then on. */
    private synchronized void free(int consumer, int id, long sent) {
        List<Claim> its = claims.get(id);
        for (int i = its.size() - 1; i >= 0; i--) {
            Claim claim = its.get(i);
            if (claim.consumer == consumer) {
                claim.freeFrom = Math.min(claim.freeFrom, sent);
                return;
            }
        }
    }

    /** How many different jobs have been handed out. */
    synchronized int handedOut() {
        return claims.size();
    }

    /** How many different jobs were acknowledged, as far as their consumers have heard. */
    synchronized int acknowledged() {
        return acknowledged.size();
    }

    /** What can't be. */
    synchronized List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        acknowledged.forEach((id, times) -> {
            if (times > 1) {
                complaints.add(id + " was acknowledged " + times + " times");
            }
        });
        claims.forEach((id, its) -> complain(id, its, complaints));
        return complaints;
    }

    private static void complain(int id, Collection<Claim> its, List<String> complaints) {
        List<Claim> inOrder = its.stream()
                .sorted(Comparator.comparingLong(claim -> claim.came))
                .toList();
        for (int i = 1; i < inOrder.size(); i++) {
            long early = inOrder.get(i - 1).freeFrom - inOrder.get(i).came;
            if (early > 0) {
                complaints.add(id + " was handed out again " + early / 1_000 + " µs before its lease could end");
            }
        }
    }
}
