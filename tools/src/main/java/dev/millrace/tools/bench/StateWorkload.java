package dev.millrace.tools.bench;

import dev.millrace.state.StateMode;
import dev.millrace.state.StateRecord;
import dev.millrace.tools.report.ThreadKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a game server does with 100 players' connections: without the state, one command after another; with every read and write
 * in Redis, from 100 callers; with reads from memory for 100 ms; and hybrid, on two threads, with its writes behind.
 */
final class StateWorkload implements Workload {
    private static final int PLAYERS = 100;
    private static final int THREADS = 2;
    private static final int MOST_PLAIN = 2_000;
    private static final int EACH = 400;
    private static final int EACH_BOUNDED = 5;
    private static final int HYBRID = 20_000_000;
    private static final int HYBRID_BOUNDED = 200_000;
    private static final int HYBRID_BINDS = 2_000;

    /** Operations in memory are timed so many at once: the clock takes longer than one. */
    private static final int BLOCK = 1_000;

    /** What is done with a connection. */
    private enum Act {
        GET("state-get", "a player's connection is found and read: plain, Redis-only, read-through, hybrid"),
        UPDATE("state-update", "a number of a connection is changed: plain, Redis-only, read-through, hybrid"),
        BIND("state-bind", "a connection is bound to a player: plain, Redis-only, read-through, hybrid"),
        PLAYERS("state-players", "100 players, a command each: the connection is read and its last seen changed");

        private final String workload;
        private final String description;

        Act(String workload, String description) {
            this.workload = workload;
            this.description = description;
        }
    }

    private final Act act;

    private StateWorkload(Act act) {
        this.act = act;
    }

    /** One for each thing that is done. */
    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (Act act : Act.values()) {
            all.add(new StateWorkload(act));
        }
        return all;
    }

    @Override
    public String name() {
        return act.workload;
    }

    @Override
    public String description() {
        return act.description;
    }

    @Override
    public List<Trial> trials(Setting setting) {
        boolean bounded = setting.effort().bounded();
        int plain = Math.max(1, setting.roundTrips(MOST_PLAIN) / PLAYERS) * PLAYERS;
        int each = bounded ? EACH_BOUNDED : EACH;
        int hybrid = act == Act.BIND ? setting.roundTrips(HYBRID_BINDS) : bounded ? HYBRID_BOUNDED : HYBRID;
        int perThread = Math.max(1, hybrid / THREADS / PLAYERS) * PLAYERS;
        return List.of(
                new Way(setting, act, "one-by-one", StateMode.redisOnly(), 1, plain).trial(),
                new Way(setting, act, "redis-only", StateMode.redisOnly(), PLAYERS, each).trial(),
                new Way(setting, act, "read-through", StateMode.readThrough(Duration.ofMillis(100)), PLAYERS, each)
                        .trial(),
                new Way(setting, act, "hybrid", StateMode.hybrid(), THREADS, perThread).trial());
    }

    /** One way to do it: so many callers, so many operations each. */
    private static final class Way {
        private final Act act;
        private final String mode;
        private final int callers;
        private final int each;
        private final boolean plain;
        private final boolean inMemory;
        private final PlayerConnections connections;
        private final AtomicLong wrong = new AtomicLong();

        Way(Setting setting, Act act, String mode, StateMode how, int callers, int each) {
            this.act = act;
            this.mode = mode;
            this.callers = callers;
            this.each = each;
            this.plain = mode.equals("one-by-one");
            this.inMemory = how.kind() == StateMode.Kind.HYBRID && act != Act.BIND;
            this.connections = new PlayerConnections(setting, act.workload + "-" + mode, "p", how, PLAYERS);
        }

        Trial trial() {
            return new Trial(
                            mode,
                            callers * each,
                            run -> Callers.run(callers, caller -> perform(run, caller)),
                            run -> difference(run.number()))
                    .preparedBy(run -> {
                        connections.close();
                        connections.open(true);
                    })
                    .endedBy(connections::close)
                    .callers(callers, ThreadKind.VIRTUAL);
        }

        /** Many callers have a player each; few go round among theirs. */
        private void perform(Run run, int caller) {
            int block = inMemory ? BLOCK : 1;
            int own = PLAYERS / callers;
            try (Latencies latencies = run.latencies()) {
                for (int done = 0; done < each; ) {
                    int until = Math.min(each, done + block);
                    int operations = until - done;
                    long start = System.nanoTime();
                    for (; done < until; done++) {
                        act(caller * own + done % own, run.number());
                    }
                    long took = (System.nanoTime() - start) / operations;
                    latencies.since(System.nanoTime() - took, operations);
                }
            }
        }

        private void act(int place, int number) {
            boolean right = switch (act) {
                case GET -> plain ? connections.readPlainly(place).containsKey("pl") : isRead(place);
                case UPDATE -> {
                    if (plain) {
                        connections.writePlainly("v", place, "ls", Integer.toString(number));
                        yield true;
                    }
                    yield connections.record(place).set(PlayerConnections.SEEN, (long) number);
                }
                case BIND -> {
                    if (plain) {
                        connections.writePlainly("c", place, "pl", player(number));
                        yield true;
                    }
                    yield connections.record(place).bind(player(number));
                }
                case PLAYERS -> {
                    if (plain) {
                        boolean found = connections.readPlainly(place).containsKey("pl");
                        connections.writePlainly("v", place, "ls", Integer.toString(number));
                        yield found;
                    }
                    StateRecord<Object> record =
                            connections.state().touch(connections.id(place), PlayerConnections.SEEN, number);
                    yield record != null;
                }
            };
            if (!right) {
                wrong.incrementAndGet();
            }
        }

        private boolean isRead(int place) {
            return connections.record(place).get(PlayerConnections.LOGGED_IN);
        }

        private static String player(int number) {
            return "player " + number;
        }

        private Optional<String> difference(int number) {
            long bad = wrong.getAndSet(0);
            if (bad > 0) {
                return Optional.of(bad + " of " + callers * each + " found another connection, or none");
            }
            return switch (act) {
                case GET -> Optional.empty();
                case BIND -> connections.differenceOfPlayers(player(number));
                default -> connections.differenceOfSeen(number);
            };
        }
    }
}
