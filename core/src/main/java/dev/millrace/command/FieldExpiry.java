package dev.millrace.command;

import java.util.List;

/** What became of the wish that a hash's field expire. */
public enum FieldExpiry {
    /** The key or the field does not exist. */
    NO_FIELD,
    /** The condition did not hold; nothing changed. */
    NOT_MET,
    /** The field expires as asked. */
    SET,
    /** The time had come already: the field is deleted. */
    DELETED;

    static final Decoder<List<FieldExpiry>> LIST = Decoders.list(reply -> of(reply.readLong()));

    private static FieldExpiry of(long code) {
        return switch ((int) code) {
            case -2 -> NO_FIELD;
            case 0 -> NOT_MET;
            case 1 -> SET;
            case 2 -> DELETED;
            default -> throw new UnexpectedReply("wanted -2, 0, 1 or 2 for a field, the server answered " + code);
        };
    }
}
