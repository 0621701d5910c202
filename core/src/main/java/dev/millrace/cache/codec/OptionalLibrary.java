package dev.millrace.cache.codec;

import org.jspecify.annotations.Nullable;

/** A library that this package uses when the application brings it, and what to say when it does not. Thread-safe. */
@SuppressWarnings("ImmutableEnumChecker") // what was found out is kept, and stays
enum OptionalLibrary {
    JACKSON("JSON", "tools.jackson.core:jackson-databind", "tools.jackson.databind.json.JsonMapper"),
    ZSTD("zstd compression", "com.github.luben:zstd-jni", "com.github.luben.zstd.Zstd"),
    LZ4("lz4 compression", "at.yawk.lz4:lz4-java", "net.jpountz.lz4.LZ4Factory");

    private final String use;
    private final String artifact;
    private final String entryClass;

    /** Null until looked for; empty when the library is there. */
    private volatile @Nullable String missing;

    OptionalLibrary(String use, String artifact, String entryClass) {
        this.use = use;
        this.artifact = artifact;
        this.entryClass = entryClass;
    }

    /** One line that names what to add, or null when the library is there. Looks once. */
    @Nullable
    String missing() {
        String known = missing;
        if (known == null) {
            known = look();
            missing = known;
        }
        return known.isEmpty() ? null : known;
    }

    /** @throws IllegalStateException with one line that names what to add, unless the library is there */
    void require() {
        String line = missing();
        if (line != null) {
            throw new IllegalStateException(line);
        }
    }

    private String look() {
        try {
            // Initialized too: that is when zstd loads its native part.
            Class.forName(entryClass, true, OptionalLibrary.class.getClassLoader());
            return "";
        } catch (ClassNotFoundException e) {
            return use + " needs " + artifact + " on the class path";
        } catch (LinkageError e) {
            return use + " by " + artifact + " does not load on this platform: "
                    + e.getClass().getSimpleName();
        }
    }
}
