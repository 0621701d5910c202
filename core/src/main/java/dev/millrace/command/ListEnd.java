package dev.millrace.command;

/** An end of a list. */
public enum ListEnd {
    /** The head, where LPUSH adds and index 0 is. */
    LEFT,
    /** The tail, where RPUSH adds and index -1 is. */
    RIGHT
}
