package dev.millrace.connection;

import javax.net.ssl.SSLContext;

/**
 * How a connection is secured.
 *
 * @param context trust and, for mutual TLS, the client's own key; asked anew for each connection
 * @param verifyHost whether the certificate must name the host that was asked for; switch it off only where the
 *     certificate can't, such as a tunnel
 */
public record Tls(SSLContext context, boolean verifyHost) {
    /**
     * The platform's trust store, host names verified.
     *
     * @throws IllegalStateException if the platform's own TLS can't be set up
     */
    public static Tls ofDefaults() {
        try {
            return new Tls(SSLContext.getDefault(), true);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform's default TLS context can't be made: " + e.getMessage(), e);
        }
    }
}
