package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FaultProxyDelayIT {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @Test
    void roundTrip_changedWhileRunning_holdsWithinTolerance() throws IOException {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server);
                RespConnection connection = new RespConnection(proxy.port(), DEADLINE)) {
            medianPingMicros(connection, 2_000);
            double plain = medianPingMicros(connection, 500);
            proxy.roundTrip(Duration.ofMillis(1));
            double one = medianPingMicros(connection, 500);
            proxy.roundTrip(Duration.ofMillis(5));
            double five = medianPingMicros(connection, 200);
            proxy.roundTrip(Duration.ZERO);
            double again = medianPingMicros(connection, 500);

            // Never early; the allowance above is for machines with other work to do.
            assertThat(one).isBetween(1_000.0, 1_000 + plain + 1_000);
            assertThat(five).isBetween(5_000.0, 5_000 + plain + 1_000);
            assertThat(again).isLessThan(1_000);
        }
    }

    private static double medianPingMicros(RespConnection connection, int times) throws IOException {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long started = System.nanoTime();
            connection.ask("PING");
            nanos[i] = System.nanoTime() - started;
        }
        Arrays.sort(nanos);
        return nanos[times / 2] / 1_000.0;
    }
}
