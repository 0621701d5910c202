package dev.millrace.command;

import java.util.List;
import java.util.Set;

/**
 * Whether a connection is told of keys that change.
 *
 * @param flags such as {@code on}, {@code off}, {@code bcast}, {@code optin}
 * @param redirect the number of the connection that is told instead; 0 for this one, -1 for no tracking
 * @param prefixes the prefixes of keys it is told of; empty for all
 */
public record TrackingInfo(Set<String> flags, long redirect, List<String> prefixes) {
    static final Decoder<TrackingInfo> DECODER = reply -> {
        Attributes info = Attributes.read(reply);
        return new TrackingInfo(info.textSet("flags"), info.number("redirect"), info.texts("prefixes"));
    };
}
