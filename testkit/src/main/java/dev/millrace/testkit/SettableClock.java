package dev.millrace.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A clock that stands still until the test moves it: wall clock and {@link #nanoTime} in one.
 *
 * <p>{@link #advance} moves both, as time does. {@link #set} moves the wall clock alone, forwards or back, as an
 * administrator or a time server does: code that measures durations by it fails then.
 *
 * <p>Thread-safe; clocks of other {@linkplain #withZone zones} share the time of the one they were made from.
 */
public final class SettableClock extends Clock {

    private record Moment(Instant wall, long nanos) {}

    /** Shared by the clocks of all zones; changed under its own monitor, read without. */
    private static final class Time {

        private volatile Moment now;

        Time(Moment start) {
            this.now = start;
        }

        synchronized void change(UnaryOperator<Moment> step) {
            now = step.apply(now);
        }
    }

    private final Time time;
    private final ZoneId zone;

    private SettableClock(Time time, ZoneId zone) {
        this.time = time;
        this.zone = zone;
    }

    /** Stands at this instant, in UTC, with a nanoTime of 0. */
    public static SettableClock at(Instant start) {
        return new SettableClock(new Time(new Moment(start, 0)), ZoneOffset.UTC);
    }

    @Override
    public Instant instant() {
        return time.now.wall();
    }

    /** Takes the place of {@link System#nanoTime}: nanoseconds by which the clock was advanced since it was made. */
    public long nanoTime() {
        return time.now.nanos();
    }

    /**
     * Lets time pass.
     *
     * @throws IllegalArgumentException if negative; the wall clock alone can be {@linkplain #set set} back
     */
    public void advance(Duration passed) {
        if (passed.isNegative()) {
            throw new IllegalArgumentException(
                    "time does not pass by %s; set(Instant) moves the wall clock back".formatted(passed));
        }
        time.change(was -> new Moment(was.wall().plus(passed), Math.addExact(was.nanos(), passed.toNanos())));
    }

    /** Puts the wall clock to this instant; {@link #nanoTime} stays. */
    public void set(Instant wall) {
        Objects.requireNonNull(wall, "wall");
        time.change(was -> new Moment(wall, was.nanos()));
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public SettableClock withZone(ZoneId other) {
        return new SettableClock(time, Objects.requireNonNull(other, "other"));
    }

    @Override
    public String toString() {
        Moment moment = time.now;
        return "SettableClock[%s %s, nanoTime %d]".formatted(moment.wall(), zone, moment.nanos());
    }
}
