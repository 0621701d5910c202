package dev.millrace.tools.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.millrace.tools.report.Result;
import dev.millrace.tools.report.ThreadKind;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One way to do a workload in one setting. Every run goes through three steps, of which only the second is timed:
 * prepare, perform, verify. Built once, then run several times, never at the same time as another.
 */
final class Trial {

    /** A step whose failure ends the suite. */
    @FunctionalInterface
    interface Step {
        void run(Run run) throws Exception;
    }

    /** Reads back what a run wrote; tells the first difference, or nothing if all is equal. */
    @FunctionalInterface
    interface Check {
        Optional<String> difference(Run run) throws Exception;
    }

    private final String mode;
    private final int operations;
    private final Step perform;
    private final Check verify;
    private @Nullable Step prepare;
    private @Nullable Integer callers;
    private @Nullable ThreadKind threads;
    private @Nullable Integer batch;
    private Map<String, Long> serverCalls = Map.of();
    private Runnable end = () -> {};
    private @Nullable Function<Result, String> remark;

    /**
     * A trial that performs so many operations per run.
     *
     * @param mode how; ends in {@code one-by-one} if it is what others are compared with
     */
    Trial(String mode, int operations, Step perform, Check verify) {
        this.mode = Objects.requireNonNull(mode);
        this.operations = operations;
        this.perform = Objects.requireNonNull(perform);
        this.verify = Objects.requireNonNull(verify);
    }

    /** What happens before the clock starts. */
    @CanIgnoreReturnValue
    Trial preparedBy(Step step) {
        prepare = step;
        return this;
    }

    /** How many callers there are at once, and on which kind of thread. */
    @CanIgnoreReturnValue
    Trial callers(int count, ThreadKind kind) {
        callers = count;
        threads = kind;
        return this;
    }

    /** Commands per batch. */
    @CanIgnoreReturnValue
    Trial batch(int commands) {
        batch = commands;
        return this;
    }

    /** How often the server must have been called in one run, by command in lower case; checked on a server of our own. */
    @CanIgnoreReturnValue
    Trial serverCalls(Map<String, Long> expected) {
        serverCalls = Map.copyOf(expected);
        return this;
    }

    /** What happens once, after the last run or when one fails: ends what {@code preparedBy} left running for the next. */
    @CanIgnoreReturnValue
    Trial endedBy(Runnable step) {
        end = step;
        return this;
    }

    /** What to say about the result below the table, in a few words. */
    @CanIgnoreReturnValue
    Trial remark(Function<Result, String> words) {
        remark = words;
        return this;
    }

    String mode() {
        return mode;
    }

    int operations() {
        return operations;
    }

    @Nullable
    Integer callers() {
        return callers;
    }

    @Nullable
    ThreadKind threads() {
        return threads;
    }

    @Nullable
    Integer batch() {
        return batch;
    }

    Map<String, Long> serverCalls() {
        return serverCalls;
    }

    Optional<String> remark(Result result) {
        return Optional.ofNullable(remark).map(words -> words.apply(result));
    }

    void prepare(Run run) throws Exception {
        if (prepare != null) {
            prepare.run(run);
        }
    }

    void perform(Run run) throws Exception {
        perform.run(run);
    }

    Optional<String> difference(Run run) throws Exception {
        return verify.difference(run);
    }

    void end() {
        end.run();
    }
}
