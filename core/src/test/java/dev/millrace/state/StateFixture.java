package dev.millrace.state;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.TestDeployment;
import dev.millrace.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Processes that share a state, each a client of its own; and a look at what Redis holds. Confined to one thread. */
final class StateFixture implements AutoCloseable {
    record Profile(String name, int level) {}

    static final LongField SEEN = Field.ofLong("ls").async();
    static final LongField MOVES = Field.ofLong("mv").lossy();
    static final LongField RANK = Field.ofLong("rk").critical();
    static final BooleanField LOGGED_IN = Field.ofBoolean("in").critical();
    static final BooleanField IDLE = Field.ofBoolean("id").async();
    static final Field<String> NAME = Field.ofString("nm").async();
    static final Field<String> PLAYER = Field.ofString("pl").critical();
    static final Field<Profile> PROFILE = Field.ofJson("pr", Profile.class).async();

    static final Duration SOON = Duration.ofSeconds(20);

    /** What a connection is to the application. */
    static final class Socket {
        final List<String> heard = new CopyOnWriteArrayList<>();
    }

    private final String name;
    private final List<AutoCloseable> open = new ArrayList<>();

    StateFixture(String name) {
        this.name = name;
    }

    StateOptions.Builder<Socket> options(String process) {
        return StateOptions.<Socket>builder(name)
                .fields(SEEN, MOVES, RANK, LOGGED_IN, IDLE, NAME, PROFILE)
                .owner(PLAYER)
                .index(NAME)
                .process(process)
                .attachments(record -> new Socket())
                .messages((record, message) -> Objects.requireNonNull(record.attachment())
                        .heard
                        .add(new String(message, StandardCharsets.UTF_8)))
                .flushInterval(Duration.ofMillis(5))
                .beat(Duration.ofMillis(100))
                .deadAfter(Duration.ofMillis(600));
    }

    State<Socket> open(TestDeployment server, String process, StateMode mode) {
        return open(server.options(), process, options -> options.mode(mode));
    }

    State<Socket> open(
            MillraceOptions.Builder client, String process, UnaryOperator<StateOptions.Builder<Socket>> with) {
        Millrace redis = Millrace.connect(client.build());
        open.add(redis);
        return redis.state(with.apply(options(process)).build());
    }

    String key(String kind, String escapedId) {
        return "millrace:state:{" + name + "}:" + kind + ":" + escapedId;
    }

    static @Nullable String stored(TestDeployment server, String key, String field) {
        Object answer = server.master(key).ask("HGET", key, field);
        return answer == null ? null : answer.toString();
    }

    static void until(java.util.function.BooleanSupplier condition, String what) {
        Await.until(SOON, condition, () -> what);
    }

    @Override
    public void close() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
