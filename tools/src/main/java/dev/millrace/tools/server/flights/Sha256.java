package dev.millrace.tools.server.flights;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Where digests come from. Stateless. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] of(byte[] bytes) {
        return begin().digest(bytes);
    }
}
