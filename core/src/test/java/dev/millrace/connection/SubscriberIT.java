package dev.millrace.connection;

import static dev.millrace.command.PubSub.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(60)
class SubscriberIT {
    @Test
    void subscribe_afterOneThatTimedOut_receives() throws Exception {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server);
                Millrace publisher = Millrace.connect(server.url());
                Millrace redis = Millrace.connect(MillraceOptions.builder(proxy.url())
                        .commandTimeout(Duration.ofMillis(400))
                        .build())) {
            Heard other = new Heard();
            redis.subscribe(other, "other");
            proxy.freeze(Direction.TO_CLIENT);
            assertThatThrownBy(() -> redis.subscribe(new Heard(), "news")).isInstanceOf(OutcomeUnknown.class);
            proxy.thaw();
            publisher.run(publish("other", "ping"));
            assertThat(other.next()).isEqualTo("ping"); // and so the late answers were read before it

            Heard news = new Heard();
            redis.subscribe(news, "news");
            publisher.run(publish("news", "hello"));

            assertThat(news.next()).isEqualTo("hello");
        }
    }

    @Test
    void refusal_ofOneSubscriber_isNotAnothers() throws Exception {
        try (RedisServer server = RedisServer.builder()
                        .user("limited", "on", ">secret", "resetchannels", "&open*", "+@all", "~*")
                        .start();
                Millrace redis = Millrace.connect(MillraceOptions.builder(server.url())
                        .credentials("limited", "secret")
                        .build())) {
            redis.subscribe(new Heard(), "open");
            for (int i = 0; i < 20; i++) {
                FutureTask<?> refused = new FutureTask<>(() -> redis.subscribe(new Heard(), "closed"));
                Thread refusedThread = Thread.ofPlatform().start(refused);
                redis.subscribe(new Heard(), "open:" + i).close();
                refusedThread.join();
                assertThat(failureOf(refused)).isInstanceOf(ServerError.class);
            }
        }
    }

    @Test
    void restored_isToldWhenTheServerHasConfirmed() throws Exception {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server);
                Millrace publisher = Millrace.connect(server.url());
                Millrace redis = Millrace.connect(proxy.url())) {
            Heard heard = new Heard();
            redis.subscribe(heard, "news");
            for (int i = 0; i < 5; i++) {
                proxy.cut();
                assertThat(heard.next()).isEqualTo("interrupted");
                assertThat(heard.next()).isEqualTo("restored");
                assertThat(publisher.run(publish("news", "again"))).isEqualTo(1);
                assertThat(heard.next()).isEqualTo("again");
            }
        }
    }

    @Test
    void unsubscribing_whileTheConnectionIsBeingOpened_leavesNoThread() throws Exception {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server)) {
            proxy.freeze();
            try (Millrace redis = Millrace.connect(MillraceOptions.builder(proxy.url())
                    .commandTimeout(Duration.ofMillis(200))
                    .connectTimeout(Duration.ofSeconds(50))
                    .build())) {
                assertThatThrownBy(() -> redis.subscribe(new Heard(), "news")).isInstanceOf(NotSent.class);
            }
        }
    }

    private static Throwable failureOf(FutureTask<?> task) throws InterruptedException {
        try {
            throw new AssertionError("a value: " + task.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Notes what it hears. */
    private static final class Heard implements MessageListener {
        private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public void message(String channel, byte[] payload) {
            heard.add(new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void interrupted() {
            heard.add("interrupted");
        }

        @Override
        public void restored() {
            heard.add("restored");
        }
    }
}
