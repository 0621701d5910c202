package dev.millrace.command;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells about a consumer of a stream's group.
 *
 * @param name its name
 * @param pending how many entries it has not acknowledged
 * @param idle since when it has tried nothing, in milliseconds
 * @param inactive since when it was given nothing, in milliseconds; null before Redis 7.2, and where it never was given
 *     anything
 */
public record StreamConsumerInfo(
        String name, long pending, Duration idle, @Nullable Duration inactive) {
    static final Decoder<List<StreamConsumerInfo>> LIST = Decoders.list(reply -> {
        Attributes consumer = Attributes.read(reply);
        Long inactive = consumer.numberOrNull("inactive");
        return new StreamConsumerInfo(
                consumer.text("name"),
                consumer.number("pending"),
                consumer.millis("idle"),
                inactive == null || inactive < 0 ? null : Duration.ofMillis(inactive));
    });
}
