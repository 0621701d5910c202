package dev.millrace.bench.client;

/**
 * What a client has put on the wire since it was opened, by its own count.
 *
 * @param commands commands sent
 * @param writes socket writes that carried commands
 */
public record WireCount(long commands, long writes) {}
