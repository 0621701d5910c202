package dev.millrace.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publish.Outbox.Offer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What leaves next, what has no room, and what is over its time. */
@Timeout(30)
class OutboxTest {
    private static final PublisherOptions OPTIONS =
            PublisherOptions.ofDefaults().batchMessages(100).waitingMessages(1_000);
    private static final long WITHIN = OPTIONS.within().toNanos();

    private long now = 1_000;
    private int sends;
    private int timekeepers;

    private Outbox outbox(PublisherOptions options) {
        return new Outbox(options, () -> now, new Outbox.Movers() {
            @Override
            public void send() {
                sends++;
            }

            @Override
            public void keepTime() {
                timekeepers++;
            }
        });
    }

    private Message message(String channel, String content, int priority) {
        return new Message(channel, content.getBytes(StandardCharsets.UTF_8), priority, now + WITHIN, false);
    }

    private Message offered(Outbox outbox, String channel, String content, int priority) throws InterruptedException {
        Message message = message(channel, content, priority);
        assertThat(outbox.offer(message)).isEqualTo(Offer.TAKEN);
        return message;
    }

    private static List<String> contents(List<Message> messages) {
        return messages.stream()
                .map(message -> new String(message.content, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void take_onePriority_leavesInTheOrderOfArrivalWhateverTheChannel() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS);
        offered(outbox, "a", "1", 0);
        offered(outbox, "b", "2", 0);
        offered(outbox, "a", "3", 0);
        assertThat(contents(outbox.take())).containsExactly("1", "2", "3");
    }

    @Test
    void take_urgentMessage_takesWhatStandsBeforeItInItsChannelAlong() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS.batchMessages(3));
        offered(outbox, "a", "a1", 0);
        offered(outbox, "b", "b1", 0);
        offered(outbox, "b", "b2", 9);
        offered(outbox, "b", "b3", 0);
        offered(outbox, "c", "c1", 5);
        assertThat(contents(outbox.take())).containsExactly("b1", "b2", "c1");
        assertThat(contents(outbox.take())).containsExactly("a1", "b3");
    }

    @Test
    void take_bytes_leaveRoomForOneMessageAtLeast() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS.batchBytes(10));
        offered(outbox, "a", "x".repeat(50), 0);
        offered(outbox, "a", "1234", 0);
        offered(outbox, "a", "1234", 0);
        offered(outbox, "a", "5", 0);
        assertThat(outbox.take()).hasSize(1);
        assertThat(contents(outbox.take())).containsExactly("1234", "1234");
        assertThat(contents(outbox.take())).containsExactly("5");
    }

    @Test
    void send_isAskedForOnceUntilNothingWaits() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS);
        offered(outbox, "a", "1", 0);
        offered(outbox, "a", "2", 0);
        assertThat(sends).isEqualTo(1);
        List<Message> batch = outbox.take();
        offered(outbox, "a", "3", 0);
        outbox.release(outbox.end(batch));
        assertThat(outbox.take()).hasSize(1);
        assertThat(outbox.take()).isEmpty();
        assertThat(sends).isEqualTo(1);
        offered(outbox, "a", "4", 0);
        assertThat(sends).isEqualTo(2);
        assertThat(timekeepers).isEqualTo(1);
    }

    @Test
    void offer_noRoom_isFullUntilSomethingEnds() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS.waitingMessages(2).waitingBytes(100));
        offered(outbox, "a", "1", 0);
        Message second = offered(outbox, "a", "2", 0);
        assertThat(outbox.offer(message("b", "3", 0))).isEqualTo(Offer.FULL);
        List<Message> batch = outbox.take();
        assertThat(outbox.offer(message("b", "3", 0))).isEqualTo(Offer.FULL); // under way, it still takes room
        assertThat(outbox.abandon(second)).isEqualTo(Message.Place.UNDER_WAY);
        offered(outbox, "b", "x".repeat(90), 0);
        List<Message> ended = outbox.end(batch);
        assertThat(ended).hasSize(1).doesNotContain(second);
        assertThat(outbox.offer(message("b", "4", 0))).isEqualTo(Offer.FULL); // not completed, it still takes room
        outbox.release(ended);
        assertThat(outbox.offer(message("b", "x".repeat(20), 0))).isEqualTo(Offer.FULL);
        assertThat(outbox.bytes()).isEqualTo(91);
    }

    @Test
    void overdue_waitingAndUnderWay_endEachAsWhatItIs() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS.batchMessages(1));
        Message first = offered(outbox, "a", "1", 0);
        Message second = offered(outbox, "a", "2", 0);
        now += WITHIN / 2;
        Message third = offered(outbox, "a", "3", 0);
        List<Message> batch = outbox.take();
        now += WITHIN / 2;
        Outbox.Overdue overdue = outbox.overdue();
        assertThat(overdue).isNotNull();
        assertThat(overdue.waiting()).containsExactly(second);
        assertThat(overdue.underWay()).containsExactly(first);
        outbox.release(overdue.waiting());
        outbox.release(overdue.underWay());
        assertThat(outbox.end(batch)).isEmpty();
        assertThat(outbox.take()).containsExactly(third);
        assertThat(outbox.abandon(third)).isEqualTo(Message.Place.UNDER_WAY);
        assertThat(outbox.overdue()).isNull();
        offered(outbox, "a", "4", 0);
        assertThat(timekeepers).isEqualTo(2);
    }

    @Test
    void abandon_inTheMiddle_leavesTheOthersAndTheirUrgency() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS);
        offered(outbox, "a", "a1", 0);
        Message urgent = offered(outbox, "a", "a2", 9);
        offered(outbox, "a", "a3", 3);
        offered(outbox, "b", "b1", 5);
        assertThat(outbox.abandon(urgent)).isEqualTo(Message.Place.WAITING);
        assertThat(outbox.abandon(urgent)).isEqualTo(Message.Place.ENDED);
        assertThat(contents(outbox.take())).containsExactly("b1", "a1", "a3");
    }

    @Test
    void refuse_thenClear_takesNothingInAndEndsWhatWaits() throws InterruptedException {
        Outbox outbox = outbox(OPTIONS.batchMessages(1));
        offered(outbox, "a", "1", 0);
        Message waiting = offered(outbox, "a", "2", 0);
        List<Message> batch = outbox.take();
        outbox.refuse();
        assertThat(outbox.offer(message("a", "3", 0))).isEqualTo(Offer.CLOSED);
        List<Message> cleared = outbox.clear();
        assertThat(cleared).containsExactly(waiting);
        outbox.release(cleared);
        List<Message> ended = outbox.end(batch);
        assertThat(ended).isEqualTo(batch);
        outbox.release(ended);
        assertThat(outbox.bytes()).isZero();
        assertThat(outbox.waiting() + outbox.underWay()).isZero();
    }

    @Test
    void awaitEnds_doesNotWaitForWhatComesLater() throws Exception {
        Outbox outbox = outbox(OPTIONS.batchMessages(1));
        offered(outbox, "a", "1", 0);
        List<Message> batch = outbox.take();
        CompletableFuture<Boolean> flushed = new CompletableFuture<>();
        Thread flushing = Thread.ofPlatform().start(() -> {
            try {
                flushed.complete(outbox.awaitEnds(Long.MAX_VALUE));
            } catch (InterruptedException e) {
                flushed.completeExceptionally(e);
            }
        });
        while (flushing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        offered(outbox, "b", "2", 0);
        outbox.release(outbox.end(batch));
        assertThat(flushed.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(outbox.waiting()).isEqualTo(1);
        assertThat(outbox.awaitEnds(now)).isFalse();
    }

    /** Against the rules as one would write them down, over many random histories. */
    @Test
    void take_randomHistories_leaveAsTheRulesSay() throws InterruptedException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Outbox outbox = outbox(OPTIONS.batchMessages(1 + random.nextInt(5)));
            List<Message> model = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        List<Message> batch = outbox.take();
                        assertThat(batch).as("seed %s", seed).isEqualTo(expected(model, batch.size()));
                        List<Message> ended = outbox.end(batch);
                        assertThat(ended).isEqualTo(batch);
                        outbox.release(ended);
                    }
                    case 1 -> {
                        if (!model.isEmpty()) {
                            Message gone = model.remove(random.nextInt(model.size()));
                            assertThat(outbox.abandon(gone)).isEqualTo(Message.Place.WAITING);
                        }
                    }
                    default -> model.add(offered(outbox, "c" + random.nextInt(4), "" + step, random.nextInt(4)));
                }
                assertThat(outbox.waiting()).isEqualTo(model.size());
            }
            while (!model.isEmpty()) {
                List<Message> batch = outbox.take();
                assertThat(batch).isNotEmpty().isEqualTo(expected(model, batch.size()));
                outbox.release(outbox.end(batch));
            }
            assertThat(outbox.take()).isEmpty();
            assertThat(outbox.bytes()).isZero();
        }
    }

    /** Takes the next ones out of the model: of the channel with the highest priority anywhere, the first. */
    private static List<Message> expected(List<Message> model, int count) {
        List<Message> batch = new ArrayList<>();
        while (batch.size() < count) {
            Map<String, Integer> urgency = new HashMap<>();
            model.forEach(message -> urgency.merge(message.channel, message.priority, Math::max));
            int most = urgency.values().stream().mapToInt(each -> each).max().orElseThrow();
            Message next = model.stream()
                    .filter(message -> urgency.get(message.channel) == most)
                    .findFirst()
                    .orElseThrow();
            model.remove(next);
            batch.add(next);
        }
        return batch;
    }

    @Test
    void options_outOfTheirRange_areRefusedInOneLine() {
        List<Runnable> wrong = List.of(
                () -> PublisherOptions.ofDefaults().batchMessages(0),
                () -> PublisherOptions.ofDefaults().batchMessages(10_001),
                () -> PublisherOptions.ofDefaults().batchBytes(0),
                () -> PublisherOptions.ofDefaults().waitingMessages(0),
                () -> PublisherOptions.ofDefaults().waitingBytes(0),
                () -> PublisherOptions.ofDefaults().within(Duration.ZERO),
                () -> PublisherOptions.ofDefaults().within(Duration.ofHours(2)));
        for (Runnable each : wrong) {
            org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                    .isThrownBy(each::run)
                    .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).contains("not "));
        }
    }
}
