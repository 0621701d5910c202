package dev.millrace.testkit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The text that INFO answers, as a map in the server's order. */
final class InfoText {

    private InfoText() {}

    static Map<String, String> parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return Collections.unmodifiableMap(fields);
    }
}
