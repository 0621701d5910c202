package dev.millrace.state;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with connections that change all the time, until it is killed, or until the stream ends that it is given by its
 * parent. Times are those of {@code nanoTime}, which all processes of a machine share. It says in lines:
 *
 * <pre>
 *   open              Redis holds nothing of its predecessor any more
 *   c ID NUMBER       a critical change was acknowledged
 *   h NANOS           how old the oldest unwritten change was
 * </pre>
 */
final class StateProcessMain {
    static final LongField SEEN = Field.ofLong("ls").async();
    static final LongField CRITICAL = Field.ofLong("cr").critical();
    static final String STATE = "chaos";

    /** Stands behind every line, so that one which was cut is known. */
    static final String END = " .";

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private StateProcessMain() {}

    static StateOptions.Builder<Object> options(String process) {
        return StateOptions.builder(STATE)
                .fields(SEEN, CRITICAL)
                .process(process)
                .flushInterval(Duration.ofMillis(20))
                .beat(Duration.ofMillis(200))
                .deadAfter(Duration.ofSeconds(5));
    }

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(StateProcessMain::endWithTheParent);
        new StateProcessMain().run(arguments[0], arguments[1], Integer.parseInt(arguments[2]));
    }

    private static void endWithTheParent() {
        try {
            int end = System.in.read();
            Runtime.getRuntime().halt(Math.max(0, end));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private void run(String url, String process, int connections) {
        Millrace redis = Millrace.connect(MillraceOptions.builder(url)
                .commandTimeout(Duration.ofSeconds(2))
                .build());
        State<Object> state = redis.state(options(process).build());
        say("open");
        List<StateRecord<Object>> records = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            records.add(state.register(process + "-" + i, null, change -> change.set(SEEN, System.nanoTime())));
        }
        for (int i = 0; i < 8; i++) {
            int first = i;
            Thread.ofVirtual().start(() -> changeCritical(records, first));
        }
        while (true) {
            for (StateRecord<Object> record : records) {
                boolean unused = record.set(SEEN, System.nanoTime());
            }
            say("h " + state.health().oldestUnwritten().toNanos());
            LockSupport.parkNanos(2_000_000);
        }
    }

    private void changeCritical(List<StateRecord<Object>> records, int first) {
        for (long number = 1; true; number++) {
            for (int i = first; i < records.size(); i += 8) {
                try {
                    if (records.get(i).set(CRITICAL, number)) {
                        say("c " + records.get(i).id() + " " + number);
                    }
                } catch (MillraceException e) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }
    }

    private synchronized void say(String line) {
        out.print(line + END + "\n");
        out.flush();
    }
}
