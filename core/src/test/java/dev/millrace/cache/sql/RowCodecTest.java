package dev.millrace.cache.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.cache.codec.CodecException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowCodecTest {
    private final RowCodec codec = new RowCodec(1_000, 1 << 16);

    static List<Object> values() {
        return List.of(
                true,
                false,
                0,
                -1,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                0L,
                -1L,
                63L,
                64L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                1.5f,
                Float.NaN,
                -0.0d,
                0.0d,
                Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE,
                BigDecimal.ZERO,
                new BigDecimal("-1.50"),
                new BigDecimal("1E+90"),
                new BigDecimal(BigInteger.TWO.pow(4_000), 300),
                "",
                "text",
                "Größe \0 \uD83D\uDE00",
                "half \uD83D of a pair",
                new byte[0],
                new byte[] {0, -1, 127},
                LocalDate.EPOCH,
                LocalDate.MIN,
                LocalDate.MAX,
                LocalTime.MIN,
                LocalTime.MAX,
                LocalDateTime.of(1582, 10, 10, 23, 59, 59, 999_999_999),
                LocalDateTime.MIN,
                OffsetDateTime.of(2024, 2, 29, 12, 0, 0, 1, ZoneOffset.ofHoursMinutesSeconds(-5, -30, -7)),
                OffsetDateTime.MAX,
                new UUID(-1, 1));
    }

    private static Rows rows(Object... values) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            names.add("c" + i);
        }
        Columns columns = new Columns(names);
        return new Rows(columns, List.of(new Row(columns, values)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void value_ofEachType_comesBackAsItWas(Object value) {
        Object back = codec.decode(codec.encode(rows(value))).rows().getFirst().get(0);

        assertThat(back).isInstanceOf(value.getClass()).isEqualTo(value);
    }

    @Test
    void rows_withNullsAmongThem_comeBackAsTheyWere() {
        Object[] all = values().toArray();
        Object[] nulls = new Object[all.length];
        Columns columns = rows(all).columns();
        Rows rows = new Rows(columns, List.of(new Row(columns, all), new Row(columns, nulls)));

        Rows back = codec.decode(codec.encode(rows));

        assertThat(back.rows()).isEqualTo(rows.rows());
        assertThat(back.columns().names()).isEqualTo(columns.names());
    }

    @Test
    void result_withoutRows_keepsItsColumns() {
        Rows back = codec.decode(codec.encode(new Rows(new Columns(List.of("ID", "Größe")), List.of())));

        assertThat(back.rows()).isEmpty();
        assertThat(back.columns().names()).containsExactly("ID", "Größe");
    }

    @Test
    void bytes_ofVersionOne_stayAsTheyAre() {
        byte[] written = codec.encode(rows(1L, null, "a"));

        assertThat(written).containsExactly(1, 3, 2, 'c', '0', 2, 'c', '1', 2, 'c', '2', 1, 4, 2, 0, 8, 1, 'a');
    }

    // ---- limits ----

    @Test
    void encode_moreRowsThanTheLimit_isRefusedAndCounted() {
        Columns columns = new Columns(List.of("c"));
        Row row = new Row(columns, new Object[] {1L});

        assertThat(codec.encode(new Rows(columns, Collections.nCopies(1_000, row))))
                .isNotEmpty();
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(new Rows(columns, Collections.nCopies(1_001, row))))
                .withMessageContaining("1001 rows")
                .withMessageContaining("1000");
        assertThat(codec.tooLarge()).isEqualTo(1);
    }

    @Test
    void encode_moreBytesThanTheLimit_isRefusedAndCounted() {
        int frame = codec.encode(rows(new byte[10_000])).length - 10_000 + 1; // a longer length
        assertThat(codec.encode(rows(new byte[(1 << 16) - frame]))).hasSize(1 << 16);

        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.encode(rows(new byte[(1 << 16) - frame + 1])))
                .withMessageContaining("65536 bytes");
        assertThat(codec.tooLarge()).isEqualTo(1);
    }

    @Test
    void encode_whatCannotBeWritten_isRefused() {
        for (Rows rows : List.of(
                rows(new Object()),
                rows(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)),
                new Rows(new Columns(List.of()), List.of()))) {
            assertThatExceptionOfType(CodecException.class).isThrownBy(() -> codec.encode(rows));
        }
        assertThat(codec.tooLarge()).isZero();
    }

    // ---- foreign bytes ----

    @Test
    void decode_everyBeginningOfAResult_isRefused() {
        byte[] whole = codec.encode(rows(values().toArray()));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(CodecException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> codec.decode(cut));
        }
    }

    @Test
    void decode_whatNobodyWrote_isRefusedWithoutAllocating() {
        byte[][] foreign = {
            {2}, // another version
            {1, 0, 0}, // no columns
            {1, 1, 1, 'c', 0, 0}, // bytes behind the end
            {1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 0}, // two billion columns
            {1, 1, 1, 'c', (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7, 0}, // two billion rows
            {1, 2, 0, 0, 3, 0, 0, 0, 0, 0}, // three rows of two columns in five bytes
            {1, 1, 1, (byte) 0xFF, 0}, // a name that is not UTF-8
            {1, 1, 1, 'c', 1, 16}, // a type that there is none of
            {1, 1, 1, 'c', 1, 8, 127, 'a'}, // text that is cut off
            {1, 1, 1, 'c', 1, 8, 1, (byte) 0xC0}, // text that is not UTF-8
            {1, 1, 1, 'c', 1, 7, 0, 0}, // a decimal without digits
            {1, 1, 1, 'c', 1, 7, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 15, 1, 1}, // a scale of 2^31
            {1, 1, 1, 'c', 1, 3, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 127}, // an int of 34 bits
            {1, 1, 1, 'c', 1, 4, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2}, // a long of 65 bits
            {1, 1, 1, 'c', 1, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, // a day beyond all calendars
            {1, 1, 1, 'c', 1, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, // a time of day that there is none of
            {1, 1, 1, 'c', 1, 14, 0, 0, (byte) 0x80, (byte) 0x80, 8}, // an offset beyond a day
        };
        for (byte[] bytes : foreign) {
            assertThatExceptionOfType(CodecException.class)
                    .as(Arrays.toString(bytes))
                    .isThrownBy(() -> codec.decode(bytes));
        }
        assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> codec.decode("{\"json\":1}".getBytes(StandardCharsets.UTF_8)));
    }

    // ---- rows ----

    @Test
    void getters_ofTheRightType_answer() {
        Instant moment = Instant.parse("2024-02-29T12:00:00Z");
        Row row = row(moment);

        assertThat(row.getString("TEXT")).isEqualTo("a");
        assertThat(row.getLong("whole")).isEqualTo(7);
        assertThat(row.getDouble("Whole")).isEqualTo(7.0);
        assertThat(row.getDecimal("whole")).isEqualTo("7");
        assertThat(row.getLong("decimal")).isEqualTo(2);
        assertThat(row.getDecimal("decimal")).isEqualTo("2.0");
        assertThat(row.getDouble("decimal")).isEqualTo(2.0);
        assertThat(row.getInstant("moment")).isEqualTo(moment);
        assertThat(row.isNull("nothing")).isTrue();
        assertThat(row.getLong("nothing")).isNull();
        assertThat(row.getInstant("nothing")).isNull();
        assertThat(row.getBytes("nothing")).isNull();
        assertThat(row).hasToString("Row[text, whole, decimal, moment, nothing, half]");
    }

    private static Row row(Instant moment) {
        return new Row(new Columns(List.of("text", "whole", "decimal", "moment", "nothing", "half")), new Object[] {
            "a", 7L, new BigDecimal("2.0"), moment.atOffset(ZoneOffset.UTC), null, new BigDecimal("0.5")
        });
    }

    @Test
    void getters_ofAnotherType_sayWhatThereIs() {
        Row row = row(Instant.EPOCH);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> row.getLong("text"))
                .withMessage("the column text holds a String, and not a Long");
        assertThatIllegalArgumentException().isThrownBy(() -> row.getLong("half"));
        assertThatIllegalArgumentException().isThrownBy(() -> row.getString("whole"));
        assertThatIllegalArgumentException().isThrownBy(() -> row.getDateTime("moment"));
        assertThatIllegalArgumentException().isThrownBy(() -> row.get(6));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row.getString("other"))
                .withMessageContaining("other")
                .withMessageContaining("whole");
    }

    @Test
    void row_bytesThatWereHandedOut_canBeChangedWithoutHarm() {
        Row row = new Row(new Columns(List.of("bytes")), new Object[] {new byte[] {1, 2}});

        row.getBytes("bytes")[0] = 9;
        ((byte[]) row.get("bytes"))[0] = 9;
        ((byte[]) row.get(0))[0] = 9;

        assertThat(row.getBytes("bytes")).containsExactly(1, 2);
    }

    @Test
    void row_twoColumnsOfOneName_firstByNameAndBothByPosition() {
        Row row = new Row(new Columns(List.of("ID", "id")), new Object[] {1L, 2L});

        assertThat(row.getLong("id")).isEqualTo(1);
        assertThat(row.get(1)).isEqualTo(2L);
    }
}
