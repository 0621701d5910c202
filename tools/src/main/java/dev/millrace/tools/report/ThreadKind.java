package dev.millrace.tools.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The kind of threads that callers ran on. Its JSON form is the name in lower case. */
public enum ThreadKind {
    PLATFORM,
    VIRTUAL;

    /** {@code platform} or {@code virtual}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind with this label.
     *
     * @throws IllegalArgumentException if it is neither {@code platform} nor {@code virtual}
     */
    @JsonCreator
    public static ThreadKind ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
