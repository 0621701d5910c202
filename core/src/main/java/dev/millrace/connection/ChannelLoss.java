package dev.millrace.connection;

import dev.millrace.command.ServerError;
import org.jspecify.annotations.Nullable;

/** Hears that a subscriber's server does not serve it: on the thread that reads, so it must not block. */
@FunctionalInterface
interface ChannelLoss {
    /** @param why the server's refusal; null if it has taken a channel away unasked, or can't be reached */
    void lost(@Nullable ServerError why);
}
