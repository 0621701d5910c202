package dev.millrace.topology;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Whether read-only commands may be answered by replicas, which may be behind their master. Immutable.
 *
 * @param policy which server answers; {@link ReadPolicy#MASTER} by default
 * @param maxLagBytes how many bytes of the replication stream ({@code master_repl_offset}) a replica may be behind when
 *     it was last looked at, about once a second; empty for any. Asking for a bound costs one INFO per server and second
 */
public record ReplicaReads(ReadPolicy policy, OptionalLong maxLagBytes) {
    /** @throws IllegalArgumentException if the lag is negative */
    public ReplicaReads {
        Objects.requireNonNull(policy);
        if (maxLagBytes.isPresent() && maxLagBytes.getAsLong() < 0) {
            throw new IllegalArgumentException("a lag of " + maxLagBytes.getAsLong() + " bytes is negative");
        }
    }

    /** Masters only. */
    public static ReplicaReads ofDefaults() {
        return of(ReadPolicy.MASTER);
    }

    /** A policy without a bound on the lag. */
    public static ReplicaReads of(ReadPolicy policy) {
        return new ReplicaReads(policy, OptionalLong.empty());
    }
}
