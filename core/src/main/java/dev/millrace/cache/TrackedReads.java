package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.command.SetOptions;
import dev.millrace.command.Strings;
import dev.millrace.command.TimeToLive;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Epoch;
import dev.millrace.connection.InvalidationListener;
import dev.millrace.connection.Node;
import dev.millrace.connection.TrackedConnection;
import dev.millrace.connection.TrackedTrip;
import dev.millrace.connection.Tracking;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Cluster;
import dev.millrace.topology.Dispatch;
import dev.millrace.topology.KeySlot;
import dev.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys where the server announces their changes: one unit per master, all masters at once, {@code CLIENT CACHING
 * YES, GET, PTTL} for one key and {@code CLIENT CACHING YES, MGET, PTTL, PTTL, …} for several.
 *
 * <p>No transaction goes around them. A change between GET and PTTL is announced between their replies, so whoever keeps
 * the value after the reply to PTTL has heard of it; a key that ended between them has no time left, and is not kept.
 *
 * <p>In doubt a key is read the ordinary way, which follows redirects and tries again, and is not kept: a slot that has
 * moved, a connection that was lost.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class TrackedReads {
    private static final Command<Value> CACHING = Command.of("CLIENT CACHING", "YES");

    private final Dispatch dispatch;
    private final Topology topology;
    private final Tracking tracking;
    private final Duration bound;
    private final InvalidationListener listener;

    TrackedReads(Dispatch dispatch, Tracking tracking, Duration bound, InvalidationListener listener) {
        this.dispatch = dispatch;
        this.topology = dispatch.topology();
        this.tracking = tracking;
        this.bound = bound;
        this.listener = listener;
    }

    /**
     * Keys that one command reads, of those that are asked for.
     *
     * @param announced whether CLIENT CACHING goes before it
     */
    private record Group(List<Integer> positions, int commandAt, boolean announced) {}

    /** What one master is asked. */
    private final class Question {
        private final Node node;
        private final long asked = System.nanoTime();
        private final List<Command<?>> commands = new ArrayList<>();
        private final List<Group> groups = new ArrayList<>();
        private @Nullable TrackedConnection connection;
        private @Nullable Unit unit;
        private @Nullable TrackedTrip trip;
        private @Nullable MillraceException failure;

        Question(Node node) {
            this.node = node;
        }

        void add(List<Integer> positions, List<byte[]> keys, List<@Nullable Lease> leases, boolean announced) {
            for (int position : positions) {
                Lease lease = leases.get(position);
                if (lease != null) {
                    commands.add(lend(keys.get(position), lease));
                }
            }
            if (announced) {
                commands.add(CACHING);
            }
            groups.add(new Group(positions, commands.size(), announced));
            commands.add(
                    positions.size() == 1
                            ? Strings.get(keys.get(positions.getFirst()))
                            : Strings.mget(positions.stream().map(keys::get).toArray(byte[][]::new)));
            positions.forEach(position -> commands.add(Keys.pttl(keys.get(position))));
        }

        void send(TrackedConnection over, long deadline) {
            Unit asked = new Unit(commands, false);
            connection = over;
            unit = asked;
            trip = over.send(asked, deadline);
        }

        void take(@Nullable Reading[] readings) {
            MillraceException whole = trip == null ? failure : trip.await();
            Epoch epoch = trip == null ? null : trip.epoch();
            for (Group group : groups) {
                for (int i = 0; i < group.positions().size(); i++) {
                    readings[group.positions().get(i)] = reading(group, i, whole, epoch);
                }
            }
        }

        private Reading reading(Group group, int index, @Nullable MillraceException whole, @Nullable Epoch epoch) {
            Unit asked = unit;
            if (asked == null) {
                return Reading.failed(whole == null ? new NotSent("nothing was sent") : whole);
            }
            Object read = asked.outcome(group.commandAt(), whole);
            Object left = asked.outcome(group.commandAt() + 1 + index, whole);
            // An epoch alone is no promise: who may track, but not say what, would never hear of this key, nor would
            // who asked while the server did not track. Without one where there should be, a replica has answered.
            boolean promised = tracking.isBroadcast()
                    || (group.announced()
                            && !(asked.outcome(group.commandAt() - 1, whole) instanceof MillraceException));
            boolean trackable = epoch == null ? connection != null && connection.isUntracked() : promised;
            if (read instanceof List<?> several) {
                read = several.get(index);
            }
            return TrackedReads.reading(this.asked, read, left, trackable, epoch);
        }
    }

    private static Command<Boolean> lend(byte[] key, Lease lease) {
        return Strings.set(
                key, lease.placeholder(), SetOptions.ofDefaults().ifAbsent().expiringIn(lease.lasting()));
    }

    /** @param trackable whether the value may be kept, as far as the way it was read is concerned */
    private static Reading reading(
            long asked, @Nullable Object read, @Nullable Object left, boolean trackable, @Nullable Epoch epoch) {
        if (read instanceof MillraceException failure) {
            return Reading.failed(failure);
        }
        if (!(left instanceof TimeToLive ttl)) {
            return Reading.failed(
                    left instanceof MillraceException failure ? failure : new UnexpectedReply("PTTL has no answer"));
        }
        byte[] raw = (byte[]) read;
        if (raw == null) {
            // It may have come into being since; or MGET passes over what is no string.
            return new Reading(asked, null, Long.MAX_VALUE, trackable && !ttl.exists(), epoch, null);
        }
        Duration remaining = ttl.remaining();
        long nanos = !ttl.exists() ? 0 : remaining == null ? Long.MAX_VALUE : remaining.toNanos();
        return new Reading(asked, raw, nanos, trackable && ttl.exists(), epoch, null);
    }

    /**
     * Reads some keys.
     *
     * @param leases for each key, what to put where nothing is, or null
     * @return for each key, what was answered; never null once this returns
     */
    Reading[] read(List<byte[]> keys, List<@Nullable Lease> leases, long deadline) {
        Reading[] readings = new Reading[keys.size()];
        List<Question> questions = ask(keys, leases, readings, deadline);
        questions.forEach(question -> question.take(readings));
        readAgain(keys, leases, readings, questions, deadline);
        return readings;
    }

    private List<Question> ask(List<byte[]> keys, List<@Nullable Lease> leases, Reading[] readings, long deadline) {
        Map<Node, Map<Integer, List<Integer>>> positions = new IdentityHashMap<>();
        for (int i = 0; i < readings.length; i++) {
            try {
                Node node = topology.masterFor(Strings.get(keys.get(i)), deadline);
                int slot = topology instanceof Cluster ? KeySlot.of(keys.get(i)) : 0;
                if (node == null) {
                    throw new IllegalStateException("one key has one master");
                }
                positions
                        .computeIfAbsent(node, its -> new LinkedHashMap<>())
                        .computeIfAbsent(slot, its -> new ArrayList<>())
                        .add(i);
            } catch (MillraceException e) {
                readings[i] = Reading.failed(e);
            }
        }
        List<Question> questions = new ArrayList<>();
        positions.forEach((node, bySlot) -> questions.add(ask(node, bySlot, keys, leases, deadline)));
        return questions;
    }

    private Question ask(
            Node node,
            Map<Integer, List<Integer>> bySlot,
            List<byte[]> keys,
            List<@Nullable Lease> leases,
            long deadline) {
        Question question = new Question(node);
        try {
            TrackedConnection connection = node.tracked(tracking, bound, listener);
            boolean announced = !tracking.isBroadcast() && !connection.isUntracked();
            bySlot.values().forEach(group -> question.add(group, keys, leases, announced));
            question.send(connection, deadline);
            return question;
        } catch (Rejected closed) {
            bySlot.values().forEach(group -> question.groups.add(new Group(group, 0, false)));
            question.failure = closed;
            return question;
        }
    }

    /** What failed in a way that the ordinary way may get around. */
    private void readAgain(
            List<byte[]> keys,
            List<@Nullable Lease> leases,
            Reading[] readings,
            List<Question> questions,
            long deadline) {
        for (Question question : questions) {
            learn(question, readings);
        }
        List<Integer> again = new ArrayList<>();
        for (int i = 0; i < readings.length; i++) {
            MillraceException failure = readings[i].failure();
            if (failure != null && mayWorkOtherwise(failure)) {
                again.add(i);
            }
        }
        long left = deadline - System.nanoTime();
        if (again.isEmpty() || left <= 0 || Thread.currentThread().isInterrupted()) {
            return;
        }
        List<Command<?>> commands = new ArrayList<>();
        for (int position : again) {
            Lease lease = leases.get(position);
            if (lease != null) {
                commands.add(lend(keys.get(position), lease));
            }
            commands.add(Strings.get(keys.get(position)));
            commands.add(Keys.pttl(keys.get(position)));
        }
        Unit unit = new Unit(commands, false);
        long asked = System.nanoTime();
        MillraceException whole = dispatch.run(unit, left);
        int at = 0;
        for (int position : again) {
            at += leases.get(position) == null ? 0 : 1;
            readings[position] = reading(asked, unit.outcome(at, whole), unit.outcome(at + 1, whole), false, null);
            at += 2;
        }
    }

    private void learn(Question question, Reading[] readings) {
        boolean suspect = false;
        for (Group group : question.groups) {
            for (int position : group.positions()) {
                MillraceException failure = readings[position].failure();
                if (failure instanceof ServerError.Moved moved) {
                    topology.moved(moved, question.node);
                } else if (failure != null && mayWorkOtherwise(failure)) {
                    suspect = true;
                }
            }
        }
        if (suspect) {
            topology.suspect(question.node);
        }
    }

    private static boolean mayWorkOtherwise(MillraceException failure) {
        return failure instanceof NotSent
                || failure instanceof OutcomeUnknown
                || failure instanceof Rejected
                || failure instanceof ServerError.Moved
                || failure instanceof ServerError.Ask
                || failure instanceof ServerError.TryAgain
                || failure instanceof ServerError.ClusterDown
                || failure instanceof ServerError.MasterDown
                || failure instanceof ServerError.ReadOnlyReplica
                || failure instanceof ServerError.Loading;
    }
}
