package dev.millrace.command;

/** How long a blocking command asks the server to wait: where each verb carries it, and in which unit. */
final class BlockingTime {
    private BlockingTime() {}

    static long of(String verb, Object[] arguments) {
        return switch (verb) {
            case "BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX" ->
                nanos(arguments, arguments.length - 1, 1e9);
            case "BLMPOP", "BZMPOP" -> nanos(arguments, 0, 1e9);
            case "WAIT", "WAITAOF" -> nanos(arguments, arguments.length - 1, 1e6);
            case "XREAD" -> afterBlock(arguments, 0);
            // GROUP, its name and the consumer's stand first, and either name may be the word BLOCK.
            case "XREADGROUP" -> afterBlock(arguments, 3);
            default -> 0;
        };
    }

    private static long afterBlock(Object[] arguments, int from) {
        for (int i = from; i + 1 < arguments.length && !isWord(arguments[i], "STREAMS"); i++) {
            if (isWord(arguments[i], "BLOCK")) {
                return nanos(arguments, i + 1, 1e6);
            }
        }
        return 0;
    }

    private static boolean isWord(Object argument, String word) {
        return argument instanceof String text && text.equalsIgnoreCase(word);
    }

    private static long nanos(Object[] arguments, int position, double unit) {
        if (position < 0 || position >= arguments.length) {
            return 0;
        }
        try {
            double amount = Double.parseDouble(arguments[position].toString());
            return amount <= 0 ? Long.MAX_VALUE : (long) Math.min(amount * unit, 1e18);
        } catch (NumberFormatException e) {
            return 0; // the server will say what is wrong with it
        }
    }
}
