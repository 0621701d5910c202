package dev.millrace.testkit;

import java.util.List;

/**
 * Options of {@link TlsMaterial}, got from {@link TlsMaterial#builder()}.
 *
 * <p>Not thread-safe.
 */
public final class TlsMaterialBuilder {

    private List<String> hosts = List.of("localhost", "127.0.0.1");
    private boolean expired;

    TlsMaterialBuilder() {}

    /**
     * The names and IPv4 addresses the server's certificate is good for. Default: localhost and 127.0.0.1.
     *
     * @throws IllegalArgumentException if there are none, or one holds anything but letters, digits, dots, hyphens
     */
    public TlsMaterialBuilder hosts(String... namesAndAddresses) {
        for (String host : namesAndAddresses) {
            if (!host.matches("[A-Za-z0-9.*-]+")) {
                throw new IllegalArgumentException("\"%s\" is no host name and no IPv4 address".formatted(host));
            }
        }
        if (namesAndAddresses.length == 0) {
            throw new IllegalArgumentException("a certificate needs at least one host");
        }
        this.hosts = List.of(namesAndAddresses);
        return this;
    }

    /** Makes the server's certificate good for another host than the one the test connects to. */
    public TlsMaterialBuilder wrongHost() {
        return hosts("elsewhere.invalid");
    }

    /** Makes the server's certificate one that ran out five days ago. */
    public TlsMaterialBuilder expired() {
        this.expired = true;
        return this;
    }

    /**
     * Makes the keys and certificates; takes some two seconds, so share them between tests.
     *
     * @throws IllegalStateException if keytool is missing or fails
     */
    public TlsMaterial create() {
        return TlsMaterial.create(hosts, expired);
    }
}
