package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class FreePortsTest {

    @RepeatedTest(20)
    void nextWithBus_always_leavesRoomForTheBusBelowTheEphemeralPorts() {
        int port = FreePorts.nextWithBus();

        assertThat(port).isBetween(FreePorts.LOWEST, FreePorts.HIGHEST - FreePorts.BUS_OFFSET - 1);
        assertThat(FreePorts.isFree(port + FreePorts.BUS_OFFSET)).isTrue();
    }

    @Test
    void isFree_portSomebodyListensOn_isFalse() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(Loopback.ADDRESS, FreePorts.next()));

            assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
        }
    }
}
