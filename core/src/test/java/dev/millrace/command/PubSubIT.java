package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.connection.MessageListener;
import dev.millrace.connection.Subscription;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class PubSubIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    /** The channels with listeners, but for the one that Sentinels use. */
    private List<String> ours() {
        return SERVER.value(protocol, PubSub.pubsubChannels()).stream()
                .filter(channel -> !channel.startsWith("__sentinel__:"))
                .toList();
    }

    private static final MessageListener IGNORING = (channel, message) -> {};

    @Test
    void publish_noListener_reachesNobody() {
        assertThat(run(PubSub.publish("c", "m"))).isZero();
        assertThat(run(PubSub.publish("c", ONE))).isZero();
        assertThat(run(PubSub.publish(KEY, ONE))).isZero();
        assertThat(ours()).isEmpty();
        assertThat(run(PubSub.pubsubNumSub())).isEmpty();
    }

    @Test
    void publish_listeners_areReachedAndCounted() {
        SERVER.needsNoCluster("a node counts its own clients only");
        Millrace client = SERVER.client(protocol);
        try (Subscription channels = client.subscribe(IGNORING, "c:1", "c:2");
                Subscription patterns = client.subscribePattern(IGNORING, "c:*")) {
            assertThat(channels).isNotSameAs(patterns);
            assertThat(run(PubSub.publish("c:1", "m"))).isEqualTo(2);
            assertThat(ours()).containsExactlyInAnyOrder("c:1", "c:2");
            assertThat(run(PubSub.pubsubChannels("*:2"))).containsExactly("c:2");
            assertThat(run(PubSub.pubsubNumSub("c:1", "none")))
                    .containsExactly(Map.entry("c:1", 1L), Map.entry("none", 0L));
            assertThat(run(PubSub.pubsubNumPat())).isEqualTo(1);
        }
    }

    @Test
    void publishToShard_listeners_areReachedAndCounted() {
        SERVER.needs(7);
        String channel = SERVER.nearby("s:1");
        assertThat(run(PubSub.spublish(channel, ONE))).isZero();
        assertThat(run(PubSub.spublish(KEY, ONE))).isZero();
        try (Subscription shards = SERVER.client(protocol).subscribeShard(IGNORING, channel)) {
            assertThat(shards).isNotNull();
            assertThat(run(PubSub.spublish(channel, "m"))).isEqualTo(1);
            assertThat(run(PubSub.pubsubShardChannels())).containsExactly(channel);
            assertThat(run(PubSub.pubsubShardChannels("x*"))).isEmpty();
            assertThat(run(PubSub.pubsubShardNumSub(channel))).containsExactly(Map.entry(channel, 1L));
        }
    }
}
