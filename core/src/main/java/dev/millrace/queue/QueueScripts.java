package dev.millrace.queue;

import dev.millrace.command.Script;
import dev.millrace.command.Value;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The queue's scripts, from the {@code .lua} resources beside this class. Each file's head says what it takes, what it
 * answers and what is atomic. What several share stands in files of its own and is put before them.
 */
final class QueueScripts {
    static final Script<Value> OPEN = script("prelude", "open");
    static final Script<Value> ENQUEUE = script("prelude", "enqueue");
    static final Script<Value> CLAIM = script("prelude", "take", "claim");
    static final Script<Value> SETTLE = script("prelude", "take", "settle");
    static final Script<Value> EXTEND = script("prelude", "extend");
    static final Script<Value> STATS = script("prelude", "stats");
    static final Script<Value> PEEK = script("prelude", "peek");
    static final Script<Value> ADMIN = script("prelude", "admin");
    static final Script<Value> AUDIT = script("prelude", "audit");

    private QueueScripts() {}

    private static Script<Value> script(String... names) {
        StringBuilder source = new StringBuilder();
        for (String name : names) {
            source.append(resource(name + ".lua")).append('\n');
        }
        return Script.of(source.toString());
    }

    private static String resource(String name) {
        try (InputStream in = QueueScripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the script " + name + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script " + name + " can't be read", e);
        }
    }
}
