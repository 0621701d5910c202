package dev.millrace.queue;

import dev.millrace.command.Script;
import dev.millrace.command.Value;
import java.util.Arrays;

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
        String[] files = Arrays.stream(names).map(name -> name + ".lua").toArray(String[]::new);
        return Script.of(Script.source(QueueScripts.class, files));
    }
}
