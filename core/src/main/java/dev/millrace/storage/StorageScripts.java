package dev.millrace.storage;

import dev.millrace.command.Script;
import dev.millrace.command.Value;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts of plugins that come with the storage; each file says what it takes, answers and does atomically. */
final class StorageScripts {
    static final Script<Value> VOTE = Script.of(source("vote.lua"));
    static final Script<Value> PLAY = Script.of(source("play.lua"));

    private StorageScripts() {}

    private static String source(String name) {
        try (InputStream in = StorageScripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the script " + name + " is missing from the library");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
