package dev.millrace.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The decoders that the catalogues share. Null elements inside collections stay null where Redis answers them. */
final class Decoders {
    static final Decoder<String> TEXT = ReplyReader::readText;
    static final Decoder<byte[]> BYTES = ReplyReader::readBytes;
    static final Decoder<Long> LONG = ReplyReader::readLong;
    static final Decoder<Long> LONG_OR_NULL = reply -> reply.nullable(reply::readLong);
    static final Decoder<Double> DOUBLE = ReplyReader::readDouble;
    static final Decoder<Double> DOUBLE_OR_NULL = reply -> reply.nullable(reply::readDouble);
    /** True for 1, OK, and RESP3's true; false for 0, null, and RESP3's false. */
    static final Decoder<Boolean> BOOLEAN = ReplyReader::readBoolean;
    /** For commands that answer OK or an error: there is nothing to tell. */
    static final Decoder<String> OK = ReplyReader::readText;

    static final Decoder<List<@Nullable String>> TEXTS = list(TEXT);
    static final Decoder<List<byte @Nullable []>> BYTE_ARRAYS = list(BYTES);
    static final Decoder<Set<String>> TEXT_SET = Decoders::textSet;
    static final Decoder<Map<String, String>> TEXT_MAP = map(TEXT);
    static final Decoder<Map<String, byte[]>> BYTES_MAP = map(BYTES);
    static final Decoder<List<Long>> LONGS = list(LONG);
    static final Decoder<List<Boolean>> BOOLEANS = list(BOOLEAN);
    static final Decoder<Duration> SECONDS_OR_NULL =
            reply -> reply.nullable(() -> Duration.ofSeconds(reply.readLong()));

    private Decoders() {}

    /** An array, set or push of elements, in wire order; null counts as empty. */
    static <E extends @Nullable Object> Decoder<List<E>> list(Decoder<E> element) {
        return reply -> {
            int count = reply.readArray();
            List<E> list = new ArrayList<>(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                list.add(element.decode(reply));
            }
            return list;
        };
    }

    /** A map with text keys, or RESP2's flat array of one, in wire order. */
    static <V> Decoder<Map<String, V>> map(Decoder<V> value) {
        return reply -> {
            int count = reply.readMap();
            Map<String, V> map = LinkedHashMap.newLinkedHashMap(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                String key = String.valueOf(reply.readText());
                V decoded = value.decode(reply);
                map.put(key, decoded);
            }
            return map;
        };
    }

    private static Set<String> textSet(ReplyReader reply) {
        int count = reply.readArray();
        Set<String> set = LinkedHashSet.newLinkedHashSet(reply.capacity(count));
        for (int i = 0; i < count; i++) {
            set.add(String.valueOf(reply.readText()));
        }
        return set;
    }
}
