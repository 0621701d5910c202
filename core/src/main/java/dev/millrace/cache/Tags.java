package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Shelf.Aside;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Sets;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Dispatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys have a tag: a set per tag at the server. A key is noted before its value is written or its load begins, and
 * again after a write: whatever an invalidation overtakes, a value that is there is noted.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the dispatch is
final class Tags {
    /** Keys that one script notes, so that Lua's stack holds them. */
    private static final int AT_ONCE = 1_000;

    private final Dispatch dispatch;
    private final Shelf<?, ?> shelf;

    Tags(Dispatch dispatch, Shelf<?, ?> shelf) {
        this.dispatch = dispatch;
        this.shelf = shelf;
    }

    /** The commands that note keys under their tags. */
    List<Command<Long>> notes(Map<byte[], Set<String>> tagsByAddress, Duration ttl) {
        Map<String, List<byte[]>> byTag = new HashMap<>();
        tagsByAddress.forEach((address, tags) -> tags.forEach(
                tag -> byTag.computeIfAbsent(tag, its -> new ArrayList<>()).add(address)));
        List<Command<Long>> commands = new ArrayList<>();
        byTag.forEach((tag, addresses) -> {
            for (int from = 0; from < addresses.size(); from += AT_ONCE) {
                List<Object> arguments = new ArrayList<>();
                arguments.add(Long.toString(ttl.toMillis()));
                arguments.addAll(addresses.subList(from, Math.min(addresses.size(), from + AT_ONCE)));
                commands.add(Scripts.TAG_ADD.call(new Object[] {set(tag)}, arguments.toArray()));
            }
        });
        return commands;
    }

    /** Notes one key; answers what kept it from being noted, or null. */
    @Nullable
    MillraceException note(byte[] address, Set<String> tags, Duration ttl, long nanos) {
        if (tags.isEmpty()) {
            return null;
        }
        return failure(notes(Map.of(address, tags), ttl), nanos);
    }

    /** Notes several; whether that was done to the last. */
    boolean noteAll(Map<byte[], Set<String>> tagsByAddress, Duration ttl, long nanos) {
        List<Command<Long>> notes = notes(tagsByAddress, ttl);
        return notes.isEmpty() || failure(notes, nanos) == null;
    }

    /** Runs notes; answers the first failure among them, or null. */
    @Nullable
    MillraceException failure(List<Command<Long>> notes, long nanos) {
        Unit unit = new Unit(notes, false);
        MillraceException whole = dispatch.run(unit, nanos);
        for (int i = 0; i < unit.size(); i++) {
            if (unit.outcome(i, whole) instanceof MillraceException failure) {
                return failure;
            }
        }
        return null;
    }

    /** Takes what has a tag aside; from now on that is to be deleted, whoever gets to it. */
    long take(String tag, long nanos) {
        Long taken = dispatch.run(Scripts.TAG_TAKE.call(new Object[] {set(tag), taken(tag)}), nanos);
        return taken == null ? 0 : taken;
    }

    /** Some of the keys that are to be deleted. */
    List<byte[]> taken(String tag, int most, long nanos) {
        List<byte[]> addresses = dispatch.run(Sets.srandmember(taken(tag), most), nanos);
        return addresses == null ? List.of() : addresses;
    }

    /** These are deleted. */
    void done(String tag, List<byte[]> addresses, long nanos) {
        Long unused = dispatch.run(Sets.srem(taken(tag), addresses.toArray(byte[][]::new)), nanos);
    }

    private byte[] set(String tag) {
        return shelf.aside(Aside.TAG, inBraces(tag));
    }

    private byte[] taken(String tag) {
        return shelf.aside(Aside.TAKEN, inBraces(tag));
    }

    /** Both sets of a tag have one slot on a cluster, whatever its characters. */
    static byte[] inBraces(String tag) {
        if (tag.isEmpty()) {
            throw new IllegalArgumentException("a tag can't be empty");
        }
        String plain = tag.replace("%", "%25").replace("{", "%7B").replace("}", "%7D");
        return ("{" + plain + "}").getBytes(StandardCharsets.UTF_8);
    }
}
