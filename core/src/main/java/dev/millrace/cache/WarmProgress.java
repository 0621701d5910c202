package dev.millrace.cache;

/**
 * How far warming has come.
 *
 * @param done keys that were asked for so far
 * @param total keys that are to be asked for
 * @param warmed of those that were, the ones that had a value
 */
public record WarmProgress(int done, int total, int warmed) {}
