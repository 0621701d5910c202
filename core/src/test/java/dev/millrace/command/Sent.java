package dev.millrace.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A command as the words that are sent, for tests; each byte of a binary word is one char. */
final class Sent {
    private Sent() {}

    /** Verb and arguments, separated by blanks. */
    static String words(Command<?> command) {
        List<String> words = new ArrayList<>(List.of(command.verb().name()));
        for (int i = 0; i < command.argumentCount(); i++) {
            words.add(text(command.argument(i)));
        }
        return String.join(" ", words);
    }

    /** The keys that the command says it has. */
    static List<String> keys(Command<?> command) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < command.keyCount(); i++) {
            keys.add(text(command.key(i)));
        }
        return keys;
    }

    private static String text(Object word) {
        return word instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : (String) word;
    }
}
