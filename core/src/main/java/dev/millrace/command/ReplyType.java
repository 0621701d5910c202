package dev.millrace.command;

/** What an element of a reply is; the null forms of RESP2 and RESP3 are all {@link #NULL}. */
public enum ReplyType {
    SIMPLE,
    ERROR,
    INTEGER,
    BULK,
    ARRAY,
    NULL,
    BOOLEAN,
    DOUBLE,
    BIG_NUMBER,
    VERBATIM,
    MAP,
    SET,
    PUSH
}
