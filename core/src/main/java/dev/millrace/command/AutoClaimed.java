package dev.millrace.command;

import java.util.List;

/**
 * One step of a walk over a group's pending entries that takes over those left idle.
 *
 * @param next where the next step begins; {@link StreamId#ZERO} when the walk is complete
 * @param claimed what was taken over in this step
 * @param deleted the ids that were pending but are no more in the stream; the group has dropped them. Empty before
 *     Redis 7
 * @param <E> {@link StreamEntry}, or {@link StreamId} where only ids were asked for
 */
public record AutoClaimed<E>(StreamId next, List<E> claimed, List<StreamId> deleted) {
    private static final Decoder<List<StreamId>> IDS = Decoders.list(StreamId.DECODER);

    /** Whether there is no pending entry after those of this step. */
    public boolean isLast() {
        return next.equals(StreamId.ZERO);
    }

    static <E> Decoder<AutoClaimed<E>> decoder(Decoder<List<E>> claimed) {
        return reply -> {
            int count = reply.readArray();
            if (count != 2 && count != 3) {
                throw new UnexpectedReply("wanted an id and entries, the server answered " + count + " elements");
            }
            StreamId next = StreamId.read(reply);
            List<E> taken = Pairs.present(claimed.decode(reply), reply);
            return new AutoClaimed<>(next, taken, count == 3 ? Pairs.present(IDS.decode(reply), reply) : List.of());
        };
    }
}
