package dev.millrace.testkit;

/** The server answered a question of the test kit with an error reply. */
public final class ErrorReplyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ErrorReplyException(String reply) {
        super(reply);
    }

    /** The first word of the reply, for example {@code ERR}, {@code NOAUTH}, {@code WRONGTYPE}. */
    public String code() {
        String reply = String.valueOf(getMessage());
        int space = reply.indexOf(' ');
        return space < 0 ? reply : reply.substring(0, space);
    }
}
