package dev.millrace.tools.bench;

import static java.util.Objects.requireNonNull;

import dev.millrace.command.Hashes;
import dev.millrace.state.BooleanField;
import dev.millrace.state.Field;
import dev.millrace.state.LongField;
import dev.millrace.state.State;
import dev.millrace.state.StateMode;
import dev.millrace.state.StateOptions;
import dev.millrace.state.StateRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Players' connections in a state of their own, as one process has them. Opened for a run and closed after it; confined to the
 * thread that measures, but for the state.
 */
final class PlayerConnections {
    static final LongField SEEN = Field.ofLong("ls").async();
    static final Field<String> PLAYER = Field.ofString("pl").critical();
    static final BooleanField LOGGED_IN = Field.ofBoolean("in").critical();

    private static final int REGISTERING = 200;

    private final Setting setting;
    private final String name;
    private final String process;
    private final StateMode mode;
    private final int count;
    private final String[] ids;
    private final LongAdder heard = new LongAdder();
    private @Nullable State<Object> state;

    /** @param process whose connections these are; several processes may share a state of one name */
    PlayerConnections(Setting setting, String name, String process, StateMode mode, int count) {
        this.setting = setting;
        // Trials at all distances take turns; and what stands in a key as it is can be removed by its name.
        this.name = name.replace(' ', '-') + "-" + setting.roundTripMillis();
        this.process = process;
        this.mode = mode;
        this.count = count;
        this.ids = new String[count];
        for (int i = 0; i < count; i++) {
            ids[i] = process + "-" + i;
        }
    }

    /** Opens the state and registers all connections, through the client that is measured or the other one. */
    void open(boolean measured) throws Exception {
        for (String key : new String[] {"meta", "events", "processes", "homes", "owners", "inbox:" + process}) {
            String unused = setting.keys().key("state:{" + name + "}:" + key);
        }
        for (String id : ids) {
            String critical = setting.keys().key("state:{" + name + "}:c:" + id);
            String other = setting.keys().key("state:{" + name + "}:v:" + id);
        }
        StateOptions<Object> options = StateOptions.builder(name)
                .prefix(setting.keys().prefix() + "state:")
                .fields(SEEN, LOGGED_IN)
                .owner(PLAYER)
                .process(process)
                .mode(mode)
                .messages((record, message) -> heard.increment())
                .build();
        State<Object> opened = (measured ? setting.redis() : setting.direct()).state(options);
        state = opened;
        int callers = Math.min(count, REGISTERING);
        Callers.run(callers, caller -> {
            for (int i = caller; i < count; i += callers) {
                String player = "p" + i;
                StateRecord<Object> unused = opened.register(
                        ids[i], null, change -> change.set(PLAYER, player).set(LOGGED_IN, true));
            }
        });
        heard.reset();
    }

    void close() {
        State<Object> open = state;
        if (open != null) {
            state = null;
            open.close();
        }
    }

    State<Object> state() {
        return requireNonNull(state);
    }

    String id(int place) {
        return ids[place];
    }

    int count() {
        return count;
    }

    /** The record of a connection that is there. */
    StateRecord<Object> record(int place) {
        return requireNonNull(state().get(ids[place]));
    }

    /** How many messages its connections were handed. */
    long heard() {
        return heard.sum();
    }

    /** A connection without the state: its two hashes, one after the other. */
    Map<String, String> readPlainly(int place) {
        Map<String, String> critical = requireNonNull(setting.redis().run(Hashes.hgetAll(key("c", place))));
        Map<String, String> other = requireNonNull(setting.redis().run(Hashes.hgetAll(key("v", place))));
        critical.putAll(other);
        return critical;
    }

    /** Changes a field without the state. */
    void writePlainly(String kind, int place, String field, String value) {
        Long unused = setting.redis().run(Hashes.hset(key(kind, place), Map.of(field, value)));
    }

    /** What Redis holds after a flush, by the other client: a number for each connection. */
    Optional<String> differenceOfSeen(long expected) {
        if (!state().flush(Duration.ofSeconds(10))) {
            return Optional.of("not all was written behind");
        }
        for (int i = 0; i < count; i++) {
            String stored = setting.direct().run(Hashes.hget(key("v", i), SEEN.name()));
            if (!Objects.equals(stored, Long.toString(expected))) {
                return Optional.of("connection " + i + " was last seen at " + stored + ", expected " + expected);
            }
        }
        return Optional.empty();
    }

    /** As {@link #differenceOfSeen}, the players. */
    Optional<String> differenceOfPlayers(String expected) {
        for (int i = 0; i < count; i++) {
            String stored = setting.direct().run(Hashes.hget(key("c", i), PLAYER.name()));
            if (!Objects.equals(stored, expected)) {
                return Optional.of("connection " + i + " is bound to another player");
            }
        }
        return Optional.empty();
    }

    private String key(String kind, int place) {
        return setting.keys().prefix() + "state:{" + name + "}:" + kind + ":" + ids[place];
    }
}
