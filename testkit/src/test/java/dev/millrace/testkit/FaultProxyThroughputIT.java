package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy lets through at most. */
@Tag("stress")
class FaultProxyThroughputIT {

    private static final long BYTES = 4L * 1024 * 1024 * 1024;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void throughput_ofBulkData_doesNotSufferFromTheDelay(int roundTripMillis) throws Exception {
        try (ServerSocket source = new ServerSocket(0, 1, Loopback.ADDRESS);
                FaultProxy proxy = FaultProxy.to("127.0.0.1", source.getLocalPort())) {
            proxy.roundTrip(Duration.ofMillis(roundTripMillis));
            Thread sender = new Thread(() -> pour(source));
            sender.start();
            long received = 0;
            long started = System.nanoTime();
            try (Socket sink = new Socket(Loopback.ADDRESS, proxy.port())) {
                byte[] buffer = new byte[256 * 1024];
                int count = sink.getInputStream().read(buffer);
                while (count >= 0) {
                    received += count;
                    count = sink.getInputStream().read(buffer);
                }
            }
            double seconds = (System.nanoTime() - started) / 1e9;
            double megabytesPerSecond = received / 1e6 / seconds;
            System.out.printf("%d ms: %.0f MB/s%n", roundTripMillis, megabytesPerSecond);

            assertThat(received).isEqualTo(BYTES);
            assertThat(megabytesPerSecond).isGreaterThan(300);
        }
    }

    private static void pour(ServerSocket source) {
        byte[] block = new byte[256 * 1024];
        byte[] head = ("$" + (block.length - 12) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, block, 0, head.length);
        try (Socket socket = source.accept();
                OutputStream out = socket.getOutputStream()) {
            for (long sent = 0; sent < BYTES; sent += block.length) {
                out.write(block);
            }
        } catch (IOException cut) {
            throw new java.io.UncheckedIOException(cut);
        }
    }
}
