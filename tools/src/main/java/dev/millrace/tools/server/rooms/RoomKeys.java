package dev.millrace.tools.server.rooms;

import dev.millrace.command.EscapedName;
import dev.millrace.tools.server.http.Problem;
import java.nio.charset.StandardCharsets;

/**
 * Where rooms lie, besides what their plugins keep: {@code millrace:rooms:{ROOM}:…}, with ROOM escaped, so that no name reaches
 * another room's keys, and in the slot of the plugins' keys. Stateless.
 */
final class RoomKeys {
    /** How long names of rooms, listeners and tracks may be. */
    static final int LONGEST = 100;

    /** ZSET of the newest rooms, room → when it was made, ms. */
    static final String INDEX = "millrace:rooms:index";

    /** Where the name of a room is published when it has changed. */
    static final String CHANNEL = "millrace:rooms:changed";

    private RoomKeys() {}

    /** HASH: name, created. */
    static String room(String room) {
        return key(room, "room");
    }

    /** ZSET of listeners. */
    static String listeners(String room) {
        return key(room, "listeners");
    }

    private static String key(String room, String what) {
        return "millrace:rooms:{" + EscapedName.of("a room", room) + "}:" + what;
    }

    /** @throws IllegalArgumentException if it can be no name; the message says what can */
    static String checked(String what, String text) {
        if (text == null
                || text.isEmpty()
                || text.length() > LONGEST
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(what + " must be a text of 1 to " + LONGEST + " characters");
        }
        return text;
    }

    /**
     * A name that is a part of paths too, where slashes and dots alone would mean something else, however they are encoded.
     *
     * @throws IllegalArgumentException if it can be none; the message says what can
     */
    static String checkedPart(String what, String text) {
        String name = checked(what, text);
        boolean parts = name.chars().anyMatch(each -> each == '/' || each == '\\' || Character.isISOControl(each));
        if (parts || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    what + " must be a text without slashes, backslashes and control characters, and not . or ..");
        }
        return name;
    }

    /** @throws Problem 400 if a part of the path can be no name */
    static String ofPath(String what, String text) {
        try {
            return checkedPart(what, text);
        } catch (IllegalArgumentException refused) {
            throw Problem.badRequest(String.valueOf(refused.getMessage()));
        }
    }
}
