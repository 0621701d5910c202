package dev.millrace.cache;

import dev.millrace.command.Script;

/** The cache's scripts; each file says what it takes, answers and does atomically. */
final class Scripts {
    static final Script<Long> FILL = Script.returningLong(source("fill.lua"));
    static final Script<Long> RELEASE = Script.returningLong(source("release.lua"));
    static final Script<Long> REPLACE = Script.returningLong(source("replace.lua"));
    static final Script<Long> TAG_ADD = Script.returningLong(source("tag-add.lua"));
    static final Script<Long> TAG_TAKE = Script.returningLong(source("tag-take.lua"));

    private Scripts() {}

    private static String source(String name) {
        return Script.source(Scripts.class, name);
    }
}
