package dev.millrace.command;

import java.util.List;
import java.util.Set;

/**
 * What a server tells about one of its commands.
 *
 * @param name its name in lower case
 * @param arity how many words it has, its name included; negative, where that is the least number
 * @param flags such as {@code readonly}
 * @param firstKey where its first key stands among the words; 0 for no key
 * @param lastKey where its last key stands; negative counts from the end
 * @param step how far one key is from the next
 * @param categories the categories that ACL rules know it by, such as {@code @read}
 */
public record CommandInfo(
        String name, long arity, Set<String> flags, long firstKey, long lastKey, long step, Set<String> categories) {
    private static final int FIELDS = 7;

    static final Decoder<List<CommandInfo>> LIST = Decoders.list(reply -> reply.nullable(() -> {
        int fields = reply.readArray();
        if (fields < FIELDS) {
            throw new UnexpectedReply("wanted " + FIELDS + " facts about a command, the server answered " + fields);
        }
        String name = String.valueOf(reply.readText());
        long arity = reply.readLong();
        Set<String> flags = Pairs.present(Decoders.TEXT_SET.decode(reply), reply);
        long firstKey = reply.readLong();
        long lastKey = reply.readLong();
        long step = reply.readLong();
        Set<String> categories = Pairs.present(Decoders.TEXT_SET.decode(reply), reply);
        for (int i = FIELDS; i < fields; i++) {
            reply.skip();
        }
        return new CommandInfo(name, arity, flags, firstKey, lastKey, step, categories);
    }));
}
