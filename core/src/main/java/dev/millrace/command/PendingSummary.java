package dev.millrace.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a group has delivered and not seen acknowledged.
 *
 * @param count how many entries
 * @param first the least id among them; null where there is none
 * @param last the greatest id among them; null where there is none
 * @param byConsumer how many each consumer has, for those that have any
 */
public record PendingSummary(
        long count, @Nullable StreamId first, @Nullable StreamId last, Map<String, Long> byConsumer) {
    static final Decoder<PendingSummary> DECODER = reply -> {
        Pairs.enter(reply, 4);
        long count = reply.readLong();
        StreamId first = StreamId.DECODER.decode(reply);
        StreamId last = StreamId.DECODER.decode(reply);
        int consumers = reply.readArray();
        Map<String, Long> byConsumer = LinkedHashMap.newLinkedHashMap(reply.capacity(consumers));
        for (int i = 0; i < consumers; i++) {
            Pairs.enter(reply, 2);
            String consumer = String.valueOf(reply.readText());
            byConsumer.put(consumer, reply.readLong());
        }
        return new PendingSummary(count, first, last, byConsumer);
    };
}
