package dev.millrace.tools.server.http;

/** Who may use a route. */
public enum Access {
    /** Whoever reaches the server. */
    OPEN,
    /** Changes something: no page of another site, and with the token where the server has one. */
    CHANGE,
    /** Administrators, by their token; as {@link #CHANGE} beside. */
    ADMINISTRATOR
}
