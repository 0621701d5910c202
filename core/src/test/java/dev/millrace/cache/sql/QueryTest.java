package dev.millrace.cache.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static final String SQL = "SELECT name FROM person WHERE id = ?";

    private static String digest(Object... parameters) {
        return QueryKey.of(Query.of(SQL, "person").with(parameters)).digest();
    }

    @Test
    void key_whateverDiffers_isAnother() {
        Map<String, Integer> seen = new HashMap<>();
        List<Query> all = new ArrayList<>();
        Query query = Query.of(SQL, "person");
        all.add(query);
        all.add(Query.of(SQL, "person", "address"));
        all.add(Query.of(SQL, "personaddress"));
        all.add(Query.of(SQL + " ", "person"));
        all.add(query.with((Object) null));
        all.add(query.with(null, null));
        all.add(query.with("", ""));
        all.add(query.with("ab", "c"));
        all.add(query.with("a", "bc"));
        for (Object value : new Object[] {
            1,
            1L,
            1f,
            1d,
            "1",
            "",
            "null",
            true,
            false,
            BigDecimal.ONE,
            new BigDecimal("1.0"),
            new byte[0],
            new byte[] {1},
            new byte[] {'1'},
            LocalDate.EPOCH,
            LocalDate.EPOCH.atStartOfDay(),
            LocalDate.EPOCH.atStartOfDay().atOffset(ZoneOffset.UTC),
            new UUID(0, 1),
            "\uD800",
            "\uD801",
            "?"
        }) {
            all.add(query.with(value));
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(seen.put(QueryKey.of(all.get(i)).digest(), i))
                    .as("%s is as another", all.get(i))
                    .isNull();
        }
    }

    @Test
    void key_ofTheSame_isTheSame() {
        assertThat(digest(new byte[] {1}, null, (short) 3)).isEqualTo(digest(new byte[] {1}, null, 3));
        assertThat(digest(Instant.EPOCH)).isEqualTo(digest(Instant.EPOCH.atOffset(ZoneOffset.UTC)));
        assertThat(digest(BigInteger.TEN)).isEqualTo(digest(BigDecimal.TEN));
        assertThat(QueryKey.of(Query.of(SQL, "Person", "ADDRESS")))
                .isEqualTo(QueryKey.of(Query.of(SQL, "address", "person")))
                .hasSameHashCodeAs(QueryKey.of(Query.of(SQL, "address", "person")));
    }

    @Test
    void key_atTheServer_isShortAndReadBack() {
        QueryKey key = QueryKey.of(Query.of(SQL.repeat(100), "person").with("x".repeat(10_000)));
        byte[] bytes = QueryKey.codec().encode(key);

        assertThat(new String(bytes, StandardCharsets.US_ASCII)).matches("[A-Za-z0-9_-]{43}");
        assertThat(QueryKey.codec().decode(bytes)).isEqualTo(key);
    }

    @Test
    void key_foreignBytes_areNone() {
        for (String text : List.of("", "a", "A".repeat(42), "A".repeat(44), "A".repeat(42) + "B", "+".repeat(43))) {
            assertThat(QueryKey.codec().decode(text.getBytes(StandardCharsets.US_ASCII)))
                    .as(text)
                    .isNull();
        }
    }

    @Test
    void with_arrayIsChangedLater_keepsWhatItWas() {
        byte[] bytes = {1};
        Query query = Query.of(SQL, "person").with(bytes);
        String before = QueryKey.of(query).digest();

        bytes[0] = 2;

        assertThat(QueryKey.of(query).digest()).isEqualTo(before);
    }

    @Test
    void with_typeThatCannotBeBound_saysWhichAndWhere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Query.of(SQL, "person").with(1, new Date()))
                .withMessageContaining("parameter 2")
                .withMessageContaining("java.util.Date");
    }

    @Test
    void of_withoutSqlOrTables_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Query.of(" ", "person"));
        assertThatIllegalArgumentException().isThrownBy(() -> Query.of(SQL)).withMessageContaining("tables");
        for (String table : List.of("", "a,b", "a b", "a;", "a'", "\"a\"", "x".repeat(201))) {
            assertThatIllegalArgumentException().as(table).isThrownBy(() -> Query.of(SQL, table));
        }
        assertThat(Query.of(SQL, "dbo.Person", "Größe_1$#-").tables()).containsExactly("dbo.person", "größe_1$#-");
    }

    @Test
    void toString_showsNoParameters() {
        assertThat(Query.of(SQL, "person").with("secret"))
                .hasToString("Query[" + SQL + ", 1 parameters, tables [person]]");
    }
}
