package dev.millrace.command;

import java.util.function.Supplier;

/** Commands that no catalogue has. */
public final class StrangeCommands {
    private StrangeCommands() {}

    /** An ECHO whose decoder throws. */
    public static Command<String> failingToDecode(Supplier<? extends Throwable> failure) {
        return new Command<>(Verb.read("ECHO"), throwing(failure), "text");
    }

    /** A GET whose decoder throws. */
    public static Command<String> failingToDecode(Supplier<? extends Throwable> failure, String key) {
        return new Command<>(Verb.read("GET"), throwing(failure), key);
    }

    private static Decoder<String> throwing(Supplier<? extends Throwable> failure) {
        return reply -> {
            throw StrangeCommands.<RuntimeException>sneaky(failure.get());
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable failure) throws T {
        throw (T) failure;
    }
}
