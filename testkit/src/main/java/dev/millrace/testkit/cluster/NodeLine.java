package dev.millrace.testkit.cluster;

import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of CLUSTER NODES: what one node says of one node.
 *
 * @param hostname as announced, empty where there is none (and before Redis 7.0)
 * @param masterId of a replica, else null
 * @param epoch the configuration epoch; of two masters that claim a slot the one with the higher is right
 * @param connected whether the bus link to that node is up; of the node itself always
 * @param slots what it serves, without those on their way to or from it
 */
record NodeLine(
        String id,
        int port,
        String hostname,
        Set<String> flags,
        @Nullable String masterId,
        long epoch,
        boolean connected,
        BitSet slots) {

    private static final int FIRST_SLOT = 8;

    /**
     * Reads {@code <id> <ip:port@cport[,hostname[,key=value…]]> <flags> <master> <ping> <pong> <epoch> <link>
     * <slot>…}, as Redis 6.2 to 8 and Valkey write it.
     */
    static NodeLine parse(String line) {
        String[] words = line.strip().split(" ", -1);
        if (words.length < FIRST_SLOT) {
            throw new IllegalArgumentException("not a line of CLUSTER NODES: " + line);
        }
        String[] address = words[1].split(",", -1);
        BitSet slots = new BitSet(HashSlot.COUNT);
        for (int index = FIRST_SLOT; index < words.length; index++) {
            addRange(slots, words[index]);
        }
        return new NodeLine(
                words[0],
                port(address[0]),
                address.length > 1 ? address[1] : "",
                Set.of(words[2].split(",", -1)),
                words[3].equals("-") ? null : words[3],
                Long.parseLong(words[6]),
                words[7].equals("connected"),
                slots);
    }

    boolean isMyself() {
        return flags.contains("myself");
    }

    boolean isMaster() {
        return flags.contains("master");
    }

    boolean isReplica() {
        return flags.contains("slave");
    }

    /** Whether the node is neither failed nor suspected, and no stranger. */
    boolean isSound() {
        return connected
                && !flags.contains("fail")
                && !flags.contains("fail?")
                && !flags.contains("handshake")
                && !flags.contains("noaddr");
    }

    private static int port(String address) {
        int colon = address.lastIndexOf(':');
        int at = address.indexOf('@', colon + 1);
        return Integer.parseInt(address.substring(colon + 1, at < 0 ? address.length() : at));
    }

    private static void addRange(BitSet slots, String word) {
        if (word.isEmpty() || word.startsWith("[")) {
            return;
        }
        int dash = word.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? word : word.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(word.substring(dash + 1));
        slots.set(first, last + 1);
    }
}
