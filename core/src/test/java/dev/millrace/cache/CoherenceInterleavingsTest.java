package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.millrace.connection.Epoch;
import dev.millrace.connection.Epochs;
import dev.millrace.connection.Interleavings;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Reads, writes of others and of one's own, flushes and lost connections in every order: memory never holds what is older
 * than a change that was announced, or written here, or than a loss. The server is a register that says, in one stream,
 * what it answers and what has changed.
 *
 * <p>Each negative control leaves one step of the protocol out, here, where the step is taken, and not in {@link Memory}:
 * it has no hook for that, and needs none.
 */
@Timeout(300)
class CoherenceInterleavingsTest {
    @Test
    void memory_allInterleavings_holdsNothingOlderThanWhatWasAnnounced() {
        check(Interleavings.some(), Protocol.class);
    }

    /** Control of "a flight is registered before the question is sent": a change may be announced before it is there. */
    @Test
    @Tag("stress") // half a minute until it is found
    void questionThatIsSentBeforeItsFlight_isCaught() {
        assertCaught(AsksFirst.class);
    }

    /** Control of "an announced change marks the flight": what was read before it is kept after it. */
    @Test
    @Tag("stress") // it takes a scenario that is rare; CacheOutageIT loses the message on a real server
    void changeThatMarksNoFlight_isCaught() {
        assertCaught(MarksNoFlight.class);
    }

    /** Control of "a lost connection ends the epoch". */
    @Test
    void lossThatEndsNothing_isCaught() {
        assertCaught(LosesUnsaid.class);
    }

    /** Control of "a flush ends the epoch". */
    @Test
    @Tag("stress") // half a minute until it is found
    void flushThatEndsNothing_isCaught() {
        assertCaught(FlushesUnsaid.class);
    }

    /** Control of "a flush marks what is under way": a value read before it, whose last reply came after it. */
    @Test
    @Tag("stress") // half a minute until it is found
    void flushThatMarksNoFlight_isCaught() {
        assertCaught(FlushMarksNoFlight.class);
    }

    /** Control of "an own write is followed by forgetting": a read meanwhile has kept what was there before. */
    @Test
    void ownWriteThatForgetsOnlyBefore_isCaught() {
        assertCaught(ForgetsOnlyBefore.class);
    }

    /** Two threads are enough for each; many scenarios, a little of each, find it sooner than few that are exhausted. */
    private static void assertCaught(Class<?> broken) {
        ModelCheckingOptions options = Interleavings.untilCaught()
                .threads(2)
                .actorsPerThread(3)
                .iterations(4_000)
                .invocationsPerIteration(50);
        assertThatThrownBy(() -> check(options, broken)).isInstanceOf(LincheckAssertionError.class);
    }

    private static void check(ModelCheckingOptions options, Class<?> tested) {
        options.addGuarantee(forClasses(name -> name.startsWith("com.github.benmanes.caffeine"))
                        .allMethods()
                        .treatAsAtomic())
                .sequentialSpecification(NothingOld.class)
                .check(tested);
    }

    /** What was read: the version, and how often connections had been lost when it was asked for. */
    record Read(int version, int losses) {}

    /** One question on its way: its flight, what came of it, and the newest change that a follower had heard of. */
    static final class Trip {
        final Flight<Read> flight = new Flight<>(false);
        final AtomicInteger followersKnow = new AtomicInteger();
        volatile @Nullable Read read;
        volatile @Nullable Epoch epoch;
        volatile boolean over;
    }

    /** What the server sends, in order. */
    sealed interface Message {
        /** GET has been answered. */
        record Value(Trip trip, Read read) implements Message {}

        /** PTTL has: the answer is whole. */
        record Whole(Trip trip) implements Message {}

        /** The key has changed. */
        record Changed(int version) implements Message {}

        /** All keys have gone. */
        record Flushed(int version) implements Message {}
    }

    /** What is tested: the steps as the cache and its tracked connection take them. */
    public static class Protocol {
        private static final Integer KEY = 0;
        private static final long LONG = Long.MAX_VALUE / 8;

        final Memory<Integer, Read> memory = new Memory<>(100);
        private final Map<Flight<Read>, Trip> trips = new ConcurrentHashMap<>();

        /** Changes up to this one were announced and dealt with, or made here. */
        private final AtomicInteger known = new AtomicInteger();

        /** Losses that were dealt with. */
        private final AtomicInteger lost = new AtomicInteger();

        // The server's, guarded by it.
        private final Object server = new Object();
        private final Queue<Message> sent = new ArrayDeque<>();
        private final Queue<Trip> unanswered = new ArrayDeque<>();
        private boolean tracks;
        private int version;
        private int losses;

        // The reader thread's: whoever takes messages holds it.
        private final Object stream = new Object();
        volatile @Nullable Epoch epoch = Epochs.begun(LONG);

        // ---- operations; each answers whether something old was seen ----

        @Operation
        public boolean read() {
            int before = known.get();
            Trip trip = new Trip();
            Flight<Read> flight = joinAndAsk(trip);
            if (flight != trip.flight) {
                Trip joined = trips.get(flight);
                if (joined != null) {
                    joined.followersKnow.accumulateAndGet(before, Math::max);
                }
                return false;
            }
            while (!trip.over) {
                takeNext();
            }
            Read read = trip.read;
            Epoch its = trip.epoch;
            if (read != null && its != null) {
                boolean unused = memory.keep(KEY, flight, new Entry<>(read, now() + LONG, 0, 0, 1, false, its));
            }
            memory.remove(KEY, flight);
            return read != null && read.version() < Math.max(before, trip.followersKnow.get());
        }

        @Operation
        public void writeElsewhere() {
            int unused = changeAtServer();
        }

        @Operation
        public boolean writeHere() {
            memory.forget(KEY);
            int written = changeAtServer();
            forgetAfterWriting();
            known.accumulateAndGet(written, Math::max);
            return holdsOld();
        }

        @Operation
        public void flushElsewhere() {
            synchronized (server) {
                version++;
                tracks = false;
                sent.add(new Message.Flushed(version));
            }
        }

        @Operation
        public void takeMessages() {
            while (takeNext()) {
                // all that is there
            }
        }

        @Operation
        public void loseConnection() {
            synchronized (stream) {
                int now;
                synchronized (server) {
                    tracks = false;
                    now = ++losses;
                    sent.clear();
                    unanswered.forEach(trip -> {
                        trip.read = null;
                        trip.over = true;
                    });
                    unanswered.clear();
                }
                endByLoss();
                lost.set(now);
                epoch = Epochs.begun(LONG);
            }
        }

        @Operation
        public boolean holdsOld() {
            int newest = known.get();
            int last = lost.get();
            Entry<Read> held = memory.find(KEY);
            Read read = held == null || !held.isValid(now()) ? null : held.value;
            return read != null && (read.version() < newest || read.losses() < last);
        }

        // ---- steps, to be left out by the controls ----

        Flight<Read> joinAndAsk(Trip trip) {
            Flight<Read> flight = join(trip);
            if (flight == trip.flight) {
                ask(trip);
            }
            return flight;
        }

        void forgetAnnounced() {
            memory.forget(KEY);
        }

        void forgetAfterWriting() {
            memory.forget(KEY);
        }

        void endByLoss() {
            Epoch ending = epoch;
            if (ending != null) {
                Epochs.end(ending);
                memory.ground();
            }
        }

        void endByFlush() {
            Epoch ending = epoch;
            if (ending != null) {
                Epoch next = Epochs.successor(ending);
                Epochs.end(ending);
                memory.ground();
                epoch = next;
            }
        }

        // ---- the way to the server and back ----

        final Flight<Read> join(Trip trip) {
            trips.put(trip.flight, trip);
            return memory.join(KEY, trip.flight);
        }

        final void ask(Trip trip) {
            synchronized (server) {
                tracks = true;
                unanswered.add(trip);
                sent.add(new Message.Value(trip, new Read(version, losses)));
            }
            synchronized (server) { // between two commands of a unit others have their turn
                if (unanswered.contains(trip)) {
                    sent.add(new Message.Whole(trip));
                }
            }
        }

        private int changeAtServer() {
            synchronized (server) {
                version++;
                if (tracks) {
                    tracks = false;
                    sent.add(new Message.Changed(version));
                }
                return version;
            }
        }

        private boolean takeNext() {
            synchronized (stream) {
                Message next;
                synchronized (server) {
                    next = sent.poll();
                    if (next instanceof Message.Whole whole) {
                        unanswered.remove(whole.trip());
                    }
                }
                switch (next) {
                    case null -> {
                        return false;
                    }
                    case Message.Value value -> value.trip().read = value.read();
                    case Message.Whole whole -> {
                        whole.trip().epoch = epoch;
                        whole.trip().over = true;
                    }
                    case Message.Changed changed -> {
                        forgetAnnounced();
                        known.accumulateAndGet(changed.version(), Math::max);
                    }
                    case Message.Flushed flushed -> {
                        endByFlush();
                        known.accumulateAndGet(flushed.version(), Math::max);
                    }
                }
                return true;
            }
        }

        static long now() {
            return System.nanoTime();
        }
    }

    /** What must be. */
    public static class NothingOld {
        public boolean read() {
            return false;
        }

        public void writeElsewhere() {}

        public boolean writeHere() {
            return false;
        }

        public void flushElsewhere() {}

        public void takeMessages() {}

        public void loseConnection() {}

        public boolean holdsOld() {
            return false;
        }
    }

    /** Asks, and then registers. */
    public static class AsksFirst extends Protocol {
        @Override
        Flight<Read> joinAndAsk(Trip trip) {
            ask(trip);
            return join(trip);
        }
    }

    /** Drops the entry, and lets a flight go on. */
    public static class MarksNoFlight extends Protocol {
        @Override
        void forgetAnnounced() {
            if (memory.flightsUnderWay() == 0) {
                super.forgetAnnounced();
            }
        }
    }

    /** Goes on as if the connection were the same. */
    public static class LosesUnsaid extends Protocol {
        @Override
        void endByLoss() {}
    }

    /** Takes the message for one that concerns no key. */
    public static class FlushesUnsaid extends Protocol {
        @Override
        void endByFlush() {}
    }

    /** Ends the epoch alone. */
    public static class FlushMarksNoFlight extends Protocol {
        @Override
        void endByFlush() {
            Epoch ending = epoch;
            if (ending != null) {
                epoch = Epochs.successor(ending);
                Epochs.end(ending);
            }
        }
    }

    /** Trusts that nobody reads while it writes. */
    public static class ForgetsOnlyBefore extends Protocol {
        @Override
        void forgetAfterWriting() {}
    }
}
