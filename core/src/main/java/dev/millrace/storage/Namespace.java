package dev.millrace.storage;

import dev.millrace.command.EscapedName;

/**
 * Where the keys of one plugin in one room lie: {@code {ROOM}:PLUGIN:KEY}, behind the prefix of the storage. Room and
 * plugin are {@linkplain EscapedName escaped}, and the plugin's own key comes last, as it is: whatever it holds, it reaches
 * no other plugin's keys. The room is the hash tag, so that all of a room's keys have one slot.
 *
 * @param own what its keys begin with, behind the prefix
 */
record Namespace(String own) {
    /** @throws IllegalArgumentException if a name is empty, longer than 512 bytes, or no text that UTF-8 can hold */
    static Namespace of(String room, String plugin) {
        return new Namespace("{" + EscapedName.of("a room", room) + "}:" + EscapedName.of("a plugin", plugin) + ":");
    }

    /**
     * The key behind the prefix of the storage.
     *
     * @throws IllegalArgumentException if it is empty, or no text that UTF-8 can hold
     */
    String address(String key) {
        if (EscapedName.bytes("a plugin's key", key).length == 0) {
            throw new IllegalArgumentException("a plugin's key is empty; it has at least one character");
        }
        return own + key;
    }
}
