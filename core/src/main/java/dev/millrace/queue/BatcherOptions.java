package dev.millrace.queue;

import java.time.Duration;

/**
 * When a batcher sends what it has gathered, and how much may wait in it. Immutable.
 *
 * <p>A batch leaves as soon as nothing of its type is under way; what gathers meanwhile leaves together when that has
 * ended. So a batch has one job while there is little to do, and grows by itself as more comes in during a trip.
 */
public final class BatcherOptions {
    private final int batchSize;
    private final Duration batchWait;
    private final int batchBytes;
    private final Duration batchDelay;
    private final int largestBatch;
    private final int underWay;
    private final int waitingJobs;
    private final long waitingBytes;
    private final Duration deadline;
    private final Duration closing;

    private BatcherOptions(Builder builder) {
        largestBatch = (int) Names.checkedNumber("a largest batch", builder.largestBatch, 1, QueueCalls.MOST);
        batchSize = checkedSize(builder.batchSize);
        batchWait = Names.checkedTime("a time for a batch to gather", builder.batchWait, false);
        batchBytes =
                (int) Names.checkedNumber("a number of bytes in a batch", builder.batchBytes, 1, QueueCalls.MOST_BYTES);
        batchDelay = checkedDelay(builder.batchDelay);
        underWay = (int) Names.checkedNumber("a number of batches under way", builder.underWay, 1, 16);
        waitingJobs = (int) Names.checkedNumber("a number of waiting jobs", builder.waitingJobs, 1, 10_000_000);
        waitingBytes = Names.checkedNumber("a number of waiting bytes", builder.waitingBytes, 1, 1L << 40);
        deadline = checkedDeadline(builder.deadline);
        closing = Names.checkedTime("a time for closing", builder.closing, true);
    }

    static int checkedSize(int size) {
        return (int) Names.checkedNumber("a size of a batch", size, 1, QueueCalls.MOST);
    }

    static Duration checkedDelay(Duration delay) {
        if (delay.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a delay of a batch of " + delay + ": must be from zero to an hour");
        }
        return Names.checkedTime("a delay of a batch", delay, true);
    }

    static Duration checkedDeadline(Duration deadline) {
        if (deadline.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a deadline of " + deadline + ": must be positive, up to a day");
        }
        return Names.checkedTime("a deadline", deadline, false);
    }

    /** 10 jobs, 100 ms, 256 KiB, no delay; up to 500 in a batch. */
    public static BatcherOptions ofDefaults() {
        return builder().build();
    }

    /** Options to be set. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many jobs make a batch. */
    public int batchSize() {
        return batchSize;
    }

    /** For how long jobs gather at the most while another batch is under way. */
    public Duration batchWait() {
        return batchWait;
    }

    /** How many bytes make a batch. */
    public int batchBytes() {
        return batchBytes;
    }

    /** For how long every batch gathers. */
    public Duration batchDelay() {
        return batchDelay;
    }

    /** How many jobs a batch has at the most. */
    public int largestBatch() {
        return largestBatch;
    }

    /** How many batches of one type are under way at once. */
    public int underWay() {
        return underWay;
    }

    /** How many jobs wait at the most. */
    public int waitingJobs() {
        return waitingJobs;
    }

    /** How many bytes wait at the most. */
    public long waitingBytes() {
        return waitingBytes;
    }

    /** How long a job waits at the most, and a batch may take. */
    public Duration deadline() {
        return deadline;
    }

    /** How long close takes at the most for what is waiting. */
    public Duration closing() {
        return closing;
    }

    /** Options in the order of how often they are needed. Confined to one thread. */
    public static final class Builder {
        private int batchSize = 10;
        private Duration batchWait = Duration.ofMillis(100);
        private int batchBytes = 256 << 10;
        private Duration batchDelay = Duration.ZERO;
        private int largestBatch = 500;
        private int underWay = 1;
        private int waitingJobs = 10_000;
        private long waitingBytes = 16 << 20;
        private Duration deadline = Duration.ofSeconds(5);
        private Duration closing = Duration.ofSeconds(2);

        private Builder() {}

        /**
         * How many jobs end a batch's gathering, 1 to 1,000; 10 by default. More leave together if more have come by the
         * time that it leaves. 1 switches batching off: each job goes by itself, the blocking ones on their callers'
         * threads and all at once. Can be changed at run time.
         */
        public Builder batchSize(int batchSize) {
            this.batchSize = batchSize;
            return this;
        }

        /**
         * For how long every batch gathers, from zero to an hour; zero by default. Then an idle batcher sends a lone job at
         * once; with a delay even that waits, so that more gather and fewer trips are made, unless size or bytes are
         * reached. Can be changed at run time.
         */
        public Builder batchDelay(Duration batchDelay) {
            this.batchDelay = batchDelay;
            return this;
        }

        /** How many jobs a batch has at the most, 1 to 1,000; 500 by default. */
        public Builder largestBatch(int largestBatch) {
            this.largestBatch = largestBatch;
            return this;
        }

        /** How many bytes end a batch's gathering, and no batch exceeds but with a single job; 256 KiB by default. */
        public Builder batchBytes(int batchBytes) {
            this.batchBytes = batchBytes;
            return this;
        }

        /** For how long jobs gather at the most while there is a place for another batch under way; 100 ms by default. */
        public Builder batchWait(Duration batchWait) {
            this.batchWait = batchWait;
            return this;
        }

        /**
         * How many batches of one type are under way at once, 1 to 16; 1 by default, which keeps the order of jobs of a
         * type and a priority. With more, the second leaves when size, bytes or wait are reached, and may overtake the
         * first: for long round trips.
         */
        public Builder underWay(int underWay) {
            this.underWay = underWay;
            return this;
        }

        /** How many jobs wait at the most, of all types; 10,000 by default. Then callers are pushed back. */
        public Builder waitingJobs(int waitingJobs) {
            this.waitingJobs = waitingJobs;
            return this;
        }

        /**
         * How many bytes wait at the most, of all types; 16 MiB by default. Then callers are pushed back; a single job that
         * is larger is taken when nothing waits.
         */
        public Builder waitingBytes(long waitingBytes) {
            this.waitingBytes = waitingBytes;
            return this;
        }

        /** How long a job waits at the most, and a batch may take once it has left, up to a day; 5 s by default. */
        public Builder deadline(Duration deadline) {
            this.deadline = deadline;
            return this;
        }

        /** How long close waits at the most until all has been sent and answered; 2 s by default. */
        public Builder closing(Duration closing) {
            this.closing = closing;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range; the message names it */
        public BatcherOptions build() {
            return new BatcherOptions(this);
        }
    }
}
