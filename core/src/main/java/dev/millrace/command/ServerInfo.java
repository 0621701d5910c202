package dev.millrace.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server tells about itself.
 *
 * @param sections fields with their values, in sections by the names that INFO has for them, such as {@code
 *     Replication}; all as the server wrote it
 */
public record ServerInfo(Map<String, Map<String, String>> sections) {
    static final Decoder<ServerInfo> DECODER = reply -> parse(String.valueOf(reply.readText()));

    /** The field's value, in whichever section it stands, such as {@code redis_version}; null where there is none. */
    public @Nullable String value(String field) {
        for (Map<String, String> section : sections.values()) {
            String value = section.get(field);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    static ServerInfo parse(String text) {
        Map<String, Map<String, String>> sections = new LinkedHashMap<>();
        String section = "";
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (line.startsWith("#")) {
                section = line.substring(1).strip();
                sections.computeIfAbsent(section, name -> new LinkedHashMap<>());
            } else if (colon > 0) {
                sections.computeIfAbsent(section, name -> new LinkedHashMap<>())
                        .put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return new ServerInfo(sections);
    }
}
