package dev.millrace.tools.bench;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.queue.JobSpec;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.progress.ProgressDisplay;
import dev.millrace.tools.report.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Negative controls: the suite must see what goes wrong, and clean up whatever happens. */
@Timeout(60)
class SuiteIT {
    private final List<String> notices = new ArrayList<>();

    @Test
    void run_valueChangedByAnother_isNotVerified() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            Suite.Findings findings = run(ServerUnderTest.at(server.url()), setting -> {
                String key = setting.keys().key("tampered");
                return new Trial(
                        "one-by-one",
                        1,
                        run -> {
                            setting.redis().run(set(key, "mine"));
                            server.ask("SET", key, "theirs");
                        },
                        run -> Objects.equals(setting.direct().run(get(key)), "mine")
                                ? Optional.empty()
                                : Optional.of("the key has another value"));
            });

            assertThat(findings.results()).extracting(Result::verified).containsExactly(false);
            assertThat(findings.remarks())
                    .containsExactly("fake, one-by-one, loopback: NOT VERIFIED, the key has another value");
            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        }
    }

    @Test
    void run_fewerCallsThanExpected_isNotVerified() throws Exception {
        try (ServerUnderTest server = ServerUnderTest.own(Topology.ONE)) {
            Suite.Findings findings = run(server, setting -> {
                String key = setting.keys().key("missing");
                return new Trial("one-by-one", 2, run -> setting.redis().run(set(key, "once")), run -> Optional.empty())
                        .serverCalls(Map.of("set", 2L));
            });

            assertThat(findings.results()).extracting(Result::verified).containsExactly(false);
            assertThat(findings.remarks())
                    .containsExactly("fake, one-by-one, loopback: NOT VERIFIED, the server counted 1 calls of set"
                            + " where 2 were expected");
        }
    }

    @Test
    void run_jobsInTheWrongPlace_areNotVerified() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            Suite.Findings findings = run(ServerUnderTest.at(server.url()), setting -> {
                BenchQueue queue = new BenchQueue(setting, "tampered");
                List<JobSpec<byte[]>> jobs = new ArrayList<>();
                return new Trial(
                                "one-by-one",
                                20,
                                run -> queue.fill(jobs.reversed()),
                                run -> queue.differenceInNumbers(20, 0, 20)
                                        .or(() -> BenchJobs.difference(jobs, queue.drained())))
                        .preparedBy(run -> {
                            queue.empty();
                            jobs.clear();
                            jobs.addAll(BenchJobs.of(run, 20, 100));
                        });
            });

            assertThat(findings.remarks())
                    .containsExactly("fake, one-by-one, loopback: NOT VERIFIED, job 0 is 0-19, expected 0-9");
            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        }
    }

    @Test
    void run_jobTakenByAnother_isNotVerified() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            Suite.Findings findings = run(ServerUnderTest.at(server.url()), setting -> {
                BenchQueue queue = new BenchQueue(setting, "taken");
                return new Trial(
                                "one-by-one",
                                1,
                                run -> queue.fill(BenchJobs.of(run, 2, 100)),
                                run -> queue.direct().claim(1).isEmpty()
                                        ? Optional.of("nothing to claim")
                                        : queue.differenceInNumbers(2, 0, 2))
                        .preparedBy(run -> queue.empty());
            });

            assertThat(findings.remarks())
                    .containsExactly("fake, one-by-one, loopback: NOT VERIFIED, jobs waiting: 2 expected, 1 found");
            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        }
    }

    @Test
    void run_stepFails_removesTheKeysAllTheSame() {
        try (RedisServer server = RedisServer.start()) {
            assertThatThrownBy(() -> run(ServerUnderTest.at(server.url()), setting -> {
                        List<String> keys = setting.keys().numbered("failing", 1_234);
                        return new Trial(
                                "one-by-one",
                                1,
                                run -> {
                                    keys.forEach(key -> setting.redis().run(set(key, "value")));
                                    assertThat(server.ask("DBSIZE")).isEqualTo(1_234L);
                                    throw new IOException("on purpose");
                                },
                                run -> Optional.empty());
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("on purpose");

            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
            assertThat(notices).isEmpty();
        }
    }

    @Test
    void run_stepFails_endsTheTrialOnce() {
        AtomicInteger ended = new AtomicInteger();
        try (RedisServer server = RedisServer.start()) {
            assertThatThrownBy(() -> run(
                            ServerUnderTest.at(server.url()),
                            setting -> new Trial(
                                            "one-by-one",
                                            1,
                                            run -> {
                                                throw new IOException("on purpose");
                                            },
                                            run -> Optional.empty())
                                    .endedBy(ended::incrementAndGet)))
                    .hasMessage("on purpose");
        }

        assertThat(ended).hasValue(1);
    }

    @Test
    void run_serverGone_saysWhichKeysStay() {
        try (RedisServer server = RedisServer.start()) {
            assertThatThrownBy(() -> run(ServerUnderTest.at(server.url()), setting -> {
                        String key = setting.keys().key("left");
                        return new Trial(
                                "one-by-one",
                                1,
                                run -> {
                                    setting.redis().run(set(key, "value"));
                                    server.kill();
                                    throw new IOException("on purpose");
                                },
                                run -> Optional.empty());
                    }))
                    .hasMessage("on purpose");

            assertThat(notices)
                    .singleElement()
                    .asString()
                    .matches("keys beginning with millrace:bench:[0-9a-f]{16}: could not be removed: .*");
        }
    }

    private interface OneTrial {
        Trial in(Setting setting);
    }

    private Suite.Findings run(ServerUnderTest server, OneTrial trial) throws Exception {
        Workload workload = new Workload() {
            @Override
            public String name() {
                return "fake";
            }

            @Override
            public String description() {
                return "for the test";
            }

            @Override
            public List<Trial> trials(Setting setting) {
                return List.of(trial.in(setting));
            }
        };
        return new Suite(server, List.of(), Effort.quick(1), ProgressDisplay.silent(), notices::add)
                .run(List.of(workload), List.of(Duration.ZERO));
    }
}
