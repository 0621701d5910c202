package dev.millrace.promises;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Host names below {@code moving.test} whose addresses a test changes, for the whole JVM; all others are resolved as
 * ever. The platform keeps no address in its own cache then, so a change is seen by the next connection.
 */
final class MovingNames {
    private static final String DOMAIN = ".moving.test";
    private static final Map<String, InetAddress> ADDRESSES = new ConcurrentHashMap<>();

    private MovingNames() {}

    /** From now on the name has this address, a literal such as 127.0.0.2. */
    static void move(String name, String address) throws UnknownHostException {
        if (!name.endsWith(DOMAIN)) {
            throw new IllegalArgumentException(name + " does not end in " + DOMAIN);
        }
        byte[] octets = InetAddress.getByName(address).getAddress();
        ADDRESSES.put(name, InetAddress.getByAddress(name, octets));
    }

    /** How the JVM finds this class. */
    public static final class Provider extends InetAddressResolverProvider {
        /** Made before the first name is resolved, and so before the platform asks for how long it may keep one. */
        public Provider() {
            Security.setProperty("networkaddress.cache.ttl", "0");
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
        }

        @Override
        public InetAddressResolver get(Configuration configuration) {
            InetAddressResolver platform = configuration.builtinResolver();
            return new InetAddressResolver() {
                @Override
                public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                    if (!host.endsWith(DOMAIN)) {
                        return platform.lookupByName(host, policy);
                    }
                    InetAddress address = ADDRESSES.get(host);
                    if (address == null) {
                        throw new UnknownHostException(host);
                    }
                    return Stream.of(address);
                }

                @Override
                public String lookupByAddress(byte[] address) throws UnknownHostException {
                    return platform.lookupByAddress(address);
                }
            };
        }

        @Override
        public String name() {
            return "names that move, for tests";
        }
    }
}
