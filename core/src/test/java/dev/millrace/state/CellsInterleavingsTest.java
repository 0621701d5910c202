package dev.millrace.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.connection.Interleavings;
import java.util.List;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One field of a record in every order of steps: set by application threads, written behind, changed by another process. When all
 * have ended, what a last flush writes is what memory has.
 */
@Timeout(180)
class CellsInterleavingsTest {
    private static final LongField FIELD = Field.ofLong("f").async();

    @Test
    void memoryAndServer_inEveryOrderOfSteps_agreeInTheEnd() {
        check(Interleavings.some(), Record.class);
    }

    /** Negative control: a value is there before its bit is. */
    @Test
    void bitThatIsSetBeforeItsValue_isCaught() {
        assertThatThrownBy(() -> check(Interleavings.untilCaught(), MarkedTooEarly.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    /** Negative control: a record may be put in again before what it has is looked at. */
    @Test
    void recordThatIsReleasedTooLate_isCaught() {
        assertThatThrownBy(() -> check(Interleavings.untilCaught(), ReleasedTooLate.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static void check(ModelCheckingOptions options, Class<?> tested) {
        options.threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(0)
                .invocationsPerIteration(150)
                .sequentialSpecification(Anything.class)
                .check(tested);
    }

    /** A record as the queue of those to be written has it. */
    static final class Queued extends DirtyRecords.Entry<Queued> {}

    /** A record, the queue it waits in, and a server that has one number and its version. */
    public static class Record {
        private final Schema schema = new Schema(List.of(FIELD), null, List.of());
        private final Cells cells = cells(schema);
        private final Queued queued = new Queued();
        private final DirtyRecords<Queued> dirty = dirty();
        private long stored;
        private long version;
        private final Object server = new Object();
        private final Object lane = new Object();

        Cells cells(Schema its) {
            return new Cells(its);
        }

        DirtyRecords<Queued> dirty() {
            return new DirtyRecords<>();
        }

        @Operation
        public void setOne() {
            set(1);
        }

        @Operation
        public void setTwo() {
            set(2);
        }

        private void set(long value) {
            if (cells.set(0, value)) {
                boolean unused = dirty.add(queued);
            }
        }

        /** As the flusher and the writer do. */
        @Operation
        public void flush() {
            dirty.drain(record -> {
                synchronized (lane) {
                    write();
                }
            });
        }

        private void write() {
            for (int tries = 0; tries < 4 && cells.isDirty(); tries++) {
                Cells.Cut cut = cells.cut(null);
                if (cut.bits() == 0) {
                    return;
                }
                RecordData other = null;
                long now;
                synchronized (server) {
                    if (version == cut.version()) {
                        version++;
                        stored = cut.numbers()[0];
                    } else {
                        other = data(stored, version);
                    }
                    now = version;
                }
                if (other == null) {
                    boolean unused = cells.landed(cut, null, now);
                } else {
                    boolean unused = cells.conflicted(cut, other, true);
                }
            }
        }

        /** Another process changes it, and the stream tells of it. */
        @Operation
        public void changeElsewhere() {
            long before;
            RecordData change;
            synchronized (server) {
                before = version;
                version++;
                stored = 3;
                change = data(stored, version);
            }
            if (cells.apply(before, change) == Cells.Applied.GAP) {
                long known = cells.version();
                RecordData whole;
                synchronized (server) {
                    whole = data(stored, version);
                }
                boolean unused = cells.merge(whole, 0, known, true);
            }
        }

        private RecordData data(long value, long its) {
            return new RecordData(its, 0, "", 1, new long[] {value}, new Object[0]);
        }

        @Validate
        public void agree() {
            flush();
            if (stored != cells.number(0)) {
                throw new IllegalStateException("memory has " + cells.number(0) + ", the server " + stored);
            }
        }
    }

    /** Sets the bit, and then the value. */
    public static class MarkedTooEarly extends Record {
        @Override
        Cells cells(Schema its) {
            return new Cells(its) {
                @Override
                boolean set(int slot, long value) {
                    boolean first = super.set(slot, number(slot));
                    keep(slot, value);
                    return first;
                }
            };
        }
    }

    /** Says that a record waits no more when it has been written. */
    public static class ReleasedTooLate extends Record {
        @Override
        DirtyRecords<Queued> dirty() {
            return new DirtyRecords<>() {
                @Override
                void drain(java.util.function.Consumer<Queued> taker) {
                    super.drain(record -> {
                        taker.accept(record);
                        super.release(record);
                    });
                }

                @Override
                void release(DirtyRecords.Entry<Queued> taken) {}
            };
        }
    }

    /** What is answered does not matter. */
    public static class Anything {
        public void setOne() {}

        public void setTwo() {}

        public void flush() {}

        public void changeElsewhere() {}
    }
}
