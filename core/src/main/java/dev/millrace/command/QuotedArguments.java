package dev.millrace.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a server's error what it quotes of the command it refused: {@code NOGROUP No such key 'orders'} names a
 * key, {@code Error in ACL SETUSER modifier '<secret'} a password. The names of commands and of settings stay, for they
 * are what the reader needs; everything else between the first quote and the last becomes {@code ***}.
 */
final class QuotedArguments {
    private static final int LONGEST = 300;
    private static final int LOOKED_AT = 2_000;

    /** An apostrophe inside a word quotes nothing. */
    private static final Pattern QUOTE = Pattern.compile("(?<![A-Za-z0-9])['`\"]");

    /** What may stand before a quoted name of a command, a subcommand or a setting. */
    private static final Pattern NAMED = Pattern.compile(
            "(?:unknown (?:sub)?command|run the|arguments for|execute|related to argument" + "|used memory >) $");

    /** What scripts say is the application's own text, and so is what the compiler says about them. */
    private static final Pattern SCRIPT = Pattern.compile("user_script|user_function|Error compiling");

    private QuotedArguments() {}

    /** One line without what is quoted, and not longer than a message should be. */
    static String hidden(String line) {
        String start = line.length() <= LOOKED_AT ? line : line.substring(0, LOOKED_AT);
        String shown = start.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        int arguments = shown.indexOf(", with args beginning with");
        if (arguments >= 0) {
            shown = shown.substring(0, arguments);
        }
        if (!SCRIPT.matcher(shown).find()) {
            shown = withoutQuotes(shown);
        }
        return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST) + "…";
    }

    private static String withoutQuotes(String line) {
        Matcher quote = QUOTE.matcher(line);
        int from = 0;
        while (quote.find(from)) {
            int open = quote.start();
            int close = line.indexOf(line.charAt(open), open + 1);
            boolean named = NAMED.matcher(line.substring(0, open)).find();
            if (!named || close < 0) {
                int last = line.lastIndexOf(line.charAt(open));
                // A quoted argument may hold a quote: all up to the last one is taken for it.
                return line.substring(0, open) + "***" + (last > open ? line.substring(last + 1) : "");
            }
            from = close + 1;
        }
        return line;
    }
}
