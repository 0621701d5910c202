package dev.millrace.publish;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.millrace.connection.Interleavings;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who hands over, who sends and who gives up, in every order of steps: each message ends once, and none is left lying. */
@Timeout(120)
class OutboxInterleavingsTest {

    @Test
    void messages_inEveryOrderOfSteps_endOnceAndAreNotLeft() {
        check(Interleavings.some(), HandOff.class);
    }

    /** Negative control of "whoever takes nothing does not send any more": a message that comes then waits for ever. */
    @Test
    void senderThatLeavesTooEarly_isCaught() {
        assertThatThrownBy(() -> check(Interleavings.untilCaught(), LeavesTooEarly.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static void check(ModelCheckingOptions options, Class<?> tested) {
        options.threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .invocationsPerIteration(60)
                .addGuarantee(
                        forClasses(name -> name.startsWith("java.util.") && !name.startsWith("java.util.concurrent."))
                                .allMethods()
                                .treatAsAtomic())
                .sequentialSpecification(AllEnd.class)
                .check(tested);
    }

    /** Whoever is asked to send does so itself, after it has handed over. */
    public static class HandOff {
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicInteger sendsWanted = new AtomicInteger();
        private final Outbox outbox = outbox(new Outbox.Movers() {
            @Override
            public void send() {
                sendsWanted.incrementAndGet();
            }

            @Override
            public void keepTime() {}
        });

        Outbox outbox(Outbox.Movers movers) {
            return new Outbox(PublisherOptions.ofDefaults().batchMessages(1), () -> 0, movers);
        }

        private Message handedOver() throws InterruptedException {
            Message message = new Message("c", new byte[1], 0, Long.MAX_VALUE, true);
            asked.incrementAndGet();
            Outbox.Offer unused = outbox.offer(message);
            return message;
        }

        private void send() {
            if (sendsWanted.getAndUpdate(wanted -> Math.max(0, wanted - 1)) > 0) {
                for (List<Message> batch = outbox.take(); !batch.isEmpty(); batch = outbox.take()) {
                    List<Message> these = outbox.end(batch);
                    ended.addAndGet(these.size());
                    outbox.release(these);
                }
            }
        }

        @Operation
        public void publish() throws InterruptedException {
            Message unused = handedOver();
            send();
        }

        @Operation
        public void publishAndGiveUp() throws InterruptedException {
            Message mine = handedOver();
            if (outbox.abandon(mine) != Message.Place.ENDED) {
                ended.incrementAndGet();
            }
            send();
        }

        @Validate
        public void eachHasEnded() {
            if (ended.get() != asked.get() || outbox.bytes() != 0 || outbox.underWay() != 0 || outbox.waiting() != 0) {
                throw new IllegalStateException(
                        asked + " messages, " + ended + " ended, " + outbox.waiting() + " wait");
            }
        }
    }

    /** Looks, and only then says that it will not look again. */
    public static class LeavesTooEarly extends HandOff {
        @Override
        Outbox outbox(Outbox.Movers movers) {
            AtomicInteger senders = new AtomicInteger();
            Outbox.Movers once = new Outbox.Movers() {
                @Override
                public void send() {
                    if (senders.getAndSet(1) == 0) {
                        movers.send();
                    }
                }

                @Override
                public void keepTime() {}
            };
            return new Outbox(PublisherOptions.ofDefaults().batchMessages(1), () -> 0, once) {
                @Override
                List<Message> take() {
                    List<Message> batch = super.take();
                    if (batch.isEmpty()) {
                        senders.set(0);
                    }
                    return batch;
                }
            };
        }
    }

    /** What it must look like. */
    public static class AllEnd {
        public void publish() {}

        public void publishAndGiveUp() {}
    }
}
