package dev.millrace.tools.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/**
 * Where in a JSON text something stands. Jackson binds records out of a buffer that knows no lines, so what it refuses is looked for
 * once more in the text itself. Stateless.
 */
final class JsonPlace {
    private JsonPlace() {}

    /**
     * Where a path leads to: a field's name, or an element of a list.
     *
     * @param parser of a whole text, at its beginning
     * @return null if the text has no such place
     */
    static @Nullable TokenStreamLocation of(JsonParser parser, List<JacksonException.Reference> path) {
        parser.nextToken();
        TokenStreamLocation place = null;
        for (JacksonException.Reference step : path) {
            String name = step.getPropertyName();
            place = name == null ? element(parser, step.getIndex()) : field(parser, name);
            if (place == null) {
                return null;
            }
        }
        return place;
    }

    /** Goes to the value of a field of the object that begins here. */
    private static @Nullable TokenStreamLocation field(JsonParser parser, String name) {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            return null;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            TokenStreamLocation place = parser.currentTokenLocation();
            boolean isIt = name.equals(parser.currentName());
            parser.nextToken();
            if (isIt) {
                return place;
            }
            parser.skipChildren();
        }
        return null;
    }

    /** Goes to an element of the list that begins here. */
    private static @Nullable TokenStreamLocation element(JsonParser parser, int index) {
        if (!parser.hasToken(JsonToken.START_ARRAY)) {
            return null;
        }
        for (int at = 0; parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null; at++) {
            if (at == index) {
                return parser.currentTokenLocation();
            }
            parser.skipChildren();
        }
        return null;
    }
}
