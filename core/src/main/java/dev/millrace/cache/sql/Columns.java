package dev.millrace.cache.sql;

import com.google.errorprone.annotations.Immutable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The columns of a result, shared by its rows. Of two of one name, the name means the first, as in JDBC. */
@Immutable
@SuppressWarnings("Immutable") // the collections are unmodifiable
final class Columns {
    private final List<String> names;
    private final Map<String, Integer> positions;

    Columns(List<String> names) {
        this.names = List.copyOf(names);
        Map<String, Integer> byName = HashMap.newHashMap(names.size());
        for (int i = 0; i < names.size(); i++) {
            byName.putIfAbsent(names.get(i).toLowerCase(Locale.ROOT), i);
        }
        this.positions = Map.copyOf(byName);
    }

    List<String> names() {
        return names;
    }

    /** @throws IllegalArgumentException if there is none of this name */
    int position(String name) {
        Integer position = positions.get(name.toLowerCase(Locale.ROOT));
        if (position == null) {
            throw new IllegalArgumentException("there is no column " + name + "; there are " + names);
        }
        return position;
    }
}
