package dev.millrace.command;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user of a server may do.
 *
 * @param flags such as {@code on}, {@code nopass}, {@code allcommands}
 * @param passwordHashes the SHA-256 of each password in hex
 * @param commands the rules about commands, such as {@code -@all +get}
 * @param keys the patterns of keys, such as {@code ~app:*}, separated by blanks
 * @param channels the patterns of channels, such as {@code &app:*}, separated by blanks
 * @param selectors further sets of rules, any of which may allow a command; empty before Redis 7
 */
public record AclUser(
        Set<String> flags,
        List<String> passwordHashes,
        String commands,
        String keys,
        String channels,
        List<Selector> selectors) {
    static final Decoder<AclUser> DECODER = reply -> reply.nullable(() -> {
        Attributes user = Attributes.read(reply);
        Value selectors = user.orNull("selectors");
        return new AclUser(
                user.textSet("flags"),
                user.texts("passwords"),
                user.text("commands"),
                patterns(user, "keys", "~"),
                patterns(user, "channels", "&"),
                selectors == null
                        ? List.of()
                        : selectors.asList().stream()
                                .map(Attributes::of)
                                .map(selector -> new Selector(
                                        selector.text("commands"),
                                        patterns(selector, "keys", "~"),
                                        patterns(selector, "channels", "&")))
                                .toList());
    });

    /**
     * A set of rules of its own.
     *
     * @param commands the rules about commands
     * @param keys the patterns of keys, separated by blanks
     * @param channels the patterns of channels, separated by blanks
     */
    public record Selector(String commands, String keys, String channels) {}

    /** Redis 7 answers one text of patterns with their sign, Redis 6 a list of patterns without. */
    private static String patterns(Attributes rules, String name, String sign) {
        if (!(rules.orNull(name) instanceof Value.Items)) {
            String text = rules.textOrNull(name);
            return text == null ? "" : text;
        }
        return rules.texts(name).stream()
                .map(pattern -> pattern.startsWith(sign) ? pattern : sign + pattern)
                .collect(Collectors.joining(" "));
    }

    /** Without the hashes of passwords. */
    @Override
    public String toString() {
        return "AclUser[flags=" + flags + ", passwords=" + passwordHashes.size() + ", commands=" + commands + ", keys="
                + keys + ", channels=" + channels + ", selectors=" + selectors + "]";
    }
}
