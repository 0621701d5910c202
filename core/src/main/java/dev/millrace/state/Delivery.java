package dev.millrace.state;

/**
 * What became of a message.
 *
 * @param local connections of this process that it was handed to
 * @param remote connections of other processes that it was sent on to
 * @param processes other processes that it was sent to, with one message each
 * @param absent connections that are not known, or whose process is gone
 * @param failed connections whose process it could not be sent to
 */
public record Delivery(int local, int remote, int processes, int absent, int failed) {}
