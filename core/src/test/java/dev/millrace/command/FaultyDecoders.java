package dev.millrace.command;

/** Commands whose decoders do what no decoder should. */
public final class FaultyDecoders {
    private FaultyDecoders() {}

    /** A read that throws while its reply is decoded. */
    public static Command<Object> throwing(Error error, String name, String key) {
        return new Command<>(
                Verb.read(name),
                reply -> {
                    throw error;
                },
                key);
    }
}
