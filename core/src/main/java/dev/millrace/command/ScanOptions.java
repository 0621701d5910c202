package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * What a scan answers and how much of it at a time; for SCAN, SSCAN, HSCAN and ZSCAN. Immutable:
 * {@code ScanOptions.ofDefaults().matching("user:*").counting(500)}.
 *
 * @param match a glob-style pattern; only what matches is answered. Null, the default, stands for everything. The
 *     server filters after it has taken a page, so pages may be empty before the end
 * @param count about how many elements the server looks at for one page, at least 1; null, the default, leaves it to
 *     the server (10). More means fewer trips and a longer hold on the server for each
 * @param type only keys of this type, as TYPE names it ({@code "string"}, {@code "hash"}); for SCAN only. Null, the
 *     default, stands for all types
 */
public record ScanOptions(
        @Nullable String match,
        @Nullable Long count,
        @Nullable String type) {
    private static final ScanOptions DEFAULTS = new ScanOptions(null, null, null);

    /** @throws IllegalArgumentException if the count is below 1 or the type is blank */
    public ScanOptions {
        if (count != null && count < 1) {
            throw new IllegalArgumentException("a scan's count is at least 1, not " + count);
        }
        if (type != null && type.isBlank()) {
            throw new IllegalArgumentException("a scan's type is blank; use a name that TYPE answers, such as string");
        }
    }

    /** Everything, in pages as large as the server finds right. */
    public static ScanOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, answering only what matches this glob-style pattern. */
    public ScanOptions matching(String pattern) {
        return new ScanOptions(pattern, count, type);
    }

    /** The same options, looking at about this many elements for one page. */
    public ScanOptions counting(long elements) {
        return new ScanOptions(match, elements, type);
    }

    /** The same options, answering only keys of this type; for SCAN only. */
    public ScanOptions ofType(String name) {
        return new ScanOptions(match, count, name);
    }

    void addTo(Arguments arguments) {
        if (match != null) {
            arguments.add("MATCH").add(match);
        }
        if (count != null) {
            arguments.add("COUNT").add(count);
        }
        if (type != null) {
            arguments.add("TYPE").add(type);
        }
    }
}
