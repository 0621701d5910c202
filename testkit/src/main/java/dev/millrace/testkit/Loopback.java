package dev.millrace.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** 127.0.0.1, where everything of the test kit listens, whatever the machine prefers {@code localhost} to mean. */
final class Loopback {

    static final InetAddress ADDRESS = address();

    private Loopback() {}

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException impossible) {
            throw new AssertionError("four bytes are an address", impossible);
        }
    }
}
