package dev.millrace.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is told of keys that change. Immutable.
 *
 * @param mode which keys; {@link Mode#READ} by default
 * @param prefixes in broadcast, the prefixes of the keys; empty, the default, for all
 * @param redirect the number of the connection that is told instead, as RESP2 needs it; null, the default, for this one
 * @param noLoop whether the connection is not told of its own changes; false by default
 */
public record TrackingOptions(
        Mode mode, List<String> prefixes, @Nullable Long redirect, boolean noLoop) {
    private static final TrackingOptions DEFAULTS = new TrackingOptions(Mode.READ, List.of(), null, false);

    /** Which keys a connection is told of. */
    public enum Mode {
        /** Those it has read. */
        READ,
        /** Those it has read right after saying so (OPTIN). */
        OPT_IN,
        /** Those it has read without declining right before (OPTOUT). */
        OPT_OUT,
        /** All that begin with one of the prefixes, read or not (BCAST). */
        BROADCAST
    }

    /** @throws IllegalArgumentException if there are prefixes without broadcast */
    public TrackingOptions {
        prefixes = List.copyOf(prefixes);
        if (!prefixes.isEmpty() && mode != Mode.BROADCAST) {
            throw new IllegalArgumentException("prefixes are for broadcast only; leave them out or use Mode.BROADCAST");
        }
    }

    /** The keys that this connection has read. */
    public static TrackingOptions ofDefaults() {
        return DEFAULTS;
    }

    /** Every key that begins with one of these prefixes; every key for none. */
    public static TrackingOptions broadcasting(String... prefixes) {
        return new TrackingOptions(Mode.BROADCAST, List.of(prefixes), null, false);
    }

    /**
     * The same options with this mode.
     *
     * @throws IllegalArgumentException if there are prefixes and it is not broadcast
     */
    public TrackingOptions in(Mode other) {
        return new TrackingOptions(other, prefixes, redirect, noLoop);
    }

    /** The same options, telling the connection with this number instead. */
    public TrackingOptions redirectedTo(long clientId) {
        return new TrackingOptions(mode, prefixes, clientId, noLoop);
    }

    /** The same options, saying nothing of the connection's own changes. */
    public TrackingOptions withoutOwnChanges() {
        return new TrackingOptions(mode, prefixes, redirect, true);
    }

    void addTo(Arguments arguments) {
        if (redirect != null) {
            arguments.add("REDIRECT").add(redirect);
        }
        for (String prefix : prefixes) {
            arguments.add("PREFIX").add(prefix);
        }
        switch (mode) {
            case READ -> {}
            case OPT_IN -> arguments.add("OPTIN");
            case OPT_OUT -> arguments.add("OPTOUT");
            case BROADCAST -> arguments.add("BCAST");
        }
        if (noLoop) {
            arguments.add("NOLOOP");
        }
    }
}
