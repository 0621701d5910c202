package dev.millrace.connection;

import org.jspecify.annotations.Nullable;

/**
 * An ACL user and its password.
 *
 * @param username the user, or null for the default user
 * @param password the password; never shown
 */
public record Credentials(@Nullable String username, String password) {
    /** @throws IllegalArgumentException if the user name is blank */
    public Credentials {
        if (username != null && username.isBlank()) {
            throw new IllegalArgumentException("a user name is blank; leave it out for the default user");
        }
    }

    /** Names the user only. */
    @Override
    public String toString() {
        return "Credentials[" + (username == null ? "default" : username) + "]";
    }
}
