package dev.millrace.storage;

import dev.millrace.command.Script;
import dev.millrace.command.Value;

/** The scripts of plugins that come with the storage; each file says what it takes, answers and does atomically. */
final class StorageScripts {
    static final Script<Value> VOTE = Script.of(source("vote.lua"));
    static final Script<Value> PLAY = Script.of(source("play.lua"));

    private StorageScripts() {}

    private static String source(String name) {
        return Script.source(StorageScripts.class, name);
    }
}
