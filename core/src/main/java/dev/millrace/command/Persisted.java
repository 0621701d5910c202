package dev.millrace.command;

/**
 * Where the writes before a WAITAOF are in append-only files.
 *
 * @param local 1 where they are in this server's, else 0
 * @param replicas in the files of how many replicas they are
 */
public record Persisted(long local, long replicas) {
    static final Decoder<Persisted> DECODER = reply -> {
        Pairs.enter(reply, 2);
        long local = reply.readLong();
        return new Persisted(local, reply.readLong());
    };
}
