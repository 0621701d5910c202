package dev.millrace.command;

/** Whether the server answers when memory is freed or before. */
public enum FlushMode {
    /** The server frees everything before it goes on. */
    SYNC,
    /** The server frees memory in the background. */
    ASYNC
}
