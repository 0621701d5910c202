package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonCodecTest {
    record Price(String article, BigDecimal amount, int quantity, Instant since) {
        Price {
            if (quantity < 0) {
                throw new IllegalArgumentException("secret " + quantity);
            }
        }
    }

    record Page<T>(List<T> items, int number) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
    sealed interface Shape permits Circle {}

    record Circle(int radius) implements Shape {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    interface ByClassName {}

    record Chosen(int number) implements ByClassName {}

    private static final Price PRICE =
            new Price("Käse \uD83E\uDDC0", new BigDecimal("12.50"), 3, Instant.parse("2024-05-06T07:08:09.123456789Z"));

    private final Codec<Price> prices = Codec.json(Price.class);

    @Test
    void json_record_comesBack() {
        byte[] bytes = prices.encode(PRICE);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).startsWith("{").contains("\"quantity\":3");
        assertThat(prices.decode(bytes)).isEqualTo(PRICE);
    }

    @Test
    void json_genericTypes_comeBack() {
        var lists = JsonCodec.of(new TypeReference<List<Price>>() {});
        var maps = JsonCodec.of(new TypeReference<Map<Long, Page<Price>>>() {});
        Map<Long, Page<Price>> map = Map.of(7L, new Page<>(List.of(PRICE), 1));
        assertThat(lists.decode(lists.encode(List.of(PRICE, PRICE)))).containsExactly(PRICE, PRICE);
        assertThat(lists.decode(lists.encode(List.of()))).isEmpty();
        assertThat(maps.decode(maps.encode(map))).isEqualTo(map);
    }

    @Test
    void json_hugeList_comesBack() {
        var lists = JsonCodec.of(new TypeReference<List<Price>>() {});
        List<Price> many = Collections.nCopies(40_000, PRICE);
        byte[] bytes = lists.encode(many);
        assertThat(bytes).hasSizeGreaterThan(3_000_000);
        assertThat(lists.decode(bytes)).isEqualTo(many);
    }

    @Test
    void json_sealedInterfaceInAList_carriesItsTypeIds() {
        var shapes = JsonCodec.of(new TypeReference<List<Shape>>() {});
        assertThat(shapes.decode(shapes.encode(List.of(new Circle(3))))).containsExactly(new Circle(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "secret",
                "{",
                "[]",
                "17",
                "\"secret\"",
                "{\"article\":\"secret\"",
                "{\"quantity\":\"secret\"}",
                "{\"amount\":{\"secret\":1}}",
                "{\"quantity\":-5}",
                "{\"quantity\":null}",
                "{\"since\":\"secret\"}",
                "{\"quantity\":1} secret",
                "{\"quantity\":99999999999999}",
                "{'quantity':1}",
                "{\"quantity\":1,}"
            })
    void json_notOfTheType_isRefusedAndNotQuoted(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> prices.decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith(
                        "cannot read " + bytes.length + " bytes as the JSON of a " + Price.class.getName())
                .satisfies(CodecTest::saysNothing);
    }

    @Test
    void json_malformedText_saysWhere() {
        assertThatThrownBy(() -> prices.decode("{\n\"quantity\":oh}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("at line 2 column ");
    }

    @Test
    void json_deepNesting_isRefused() {
        var any = JsonCodec.of(new TypeReference<Map<String, Object>>() {});
        byte[] bytes = "{\"a\":".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> any.decode(bytes)).isInstanceOf(CodecException.class);
    }

    @Test
    void json_unknownProperty_isIgnored() {
        assertThat(prices.decode("{\"article\":\"a\",\"quantity\":1,\"later\":[1]}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Price("a", null, 1, null));
    }

    @Test
    void json_absentProperty_isNullOrZero() {
        assertThat(prices.decode("{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(new Price(null, null, 0, null));
    }

    @Test
    void json_typeIdsThatAreClassNames_areNotRead() {
        Codec<ByClassName> codec = Codec.json(ByClassName.class);
        byte[] json = ("{\"@class\":\"" + Chosen.class.getName() + "\",\"number\":1}").getBytes(StandardCharsets.UTF_8);
        assertThat(JsonCodec.of(new JsonMapper(), ByClassName.class).decode(json))
                .isEqualTo(new Chosen(1));
        assertThatThrownBy(() -> codec.decode(json)).isInstanceOf(CodecException.class);
    }

    @Test
    void json_anythingAtAll_neverMakesAClassOfItsChoice() {
        Codec<Object> codec = Codec.json(Object.class);
        String json = "[\"" + Chosen.class.getName() + "\",{\"@class\":\"" + Chosen.class.getName() + "\"}]";
        assertThat(codec.decode(json.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(List.of(Chosen.class.getName(), Map.of("@class", Chosen.class.getName())));
    }

    @Test
    void json_valueThatContainsItself_isRefused() {
        var lists = JsonCodec.of(new TypeReference<List<Object>>() {});
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatThrownBy(() -> lists.encode(endless)).isInstanceOf(CodecException.class);
    }

    @Test
    void json_randomAndDamagedBytes_giveAValueOrOneException() {
        long seed = Seed.next("JsonCodecTest");
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = prices.encode(PRICE);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.clone();
            if (i % 4 == 0) {
                bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
            } else {
                for (int change = 0; change <= random.nextInt(3); change++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
            try {
                assertThat(prices.decode(bytes)).isNotNull();
            } catch (CodecException expected) {
                assertThat(expected.getMessage()).hasSizeLessThan(300);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void of_mapperOfOnesOwn_isUsed() {
        JsonMapper strict = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        byte[] later = "{\"article\":\"a\",\"quantity\":1,\"later\":2}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> JsonCodec.of(strict, Price.class).decode(later))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("UnrecognizedPropertyException");
        Codec<List<Price>> lists = JsonCodec.of(strict, new TypeReference<List<Price>>() {});
        assertThat(lists.decode(lists.encode(List.of(PRICE)))).containsExactly(PRICE);
        assertThat(lists).hasToString("Codec.json(java.util.List<" + Price.class.getName() + ">)");
    }
}
