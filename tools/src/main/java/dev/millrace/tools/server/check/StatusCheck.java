package dev.millrace.tools.server.check;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * How many requests a second a route serves whose answer is cached, and what that costs Redis: connections that send the next
 * request when the last is answered, from this machine, whose processors both sides share.
 */
record StatusCheck(Site site, String path, int connections, Duration length) {
    Finding run() throws Exception {
        load(Duration.ofSeconds(2)); // compiled code, and a cache that is filled
        long idleFrom = site.trips();
        LockSupport.parkNanos(1_000_000_000);
        long before = site.trips();
        long began = System.nanoTime();
        Load load = load(length);
        double seconds = (System.nanoTime() - began) / 1e9;
        // What the server spends in any second, whoever asks, is not these requests'.
        long trips = Math.max(0, site.trips() - before - Math.round((before - idleFrom) * seconds));
        long perSecond = Math.round(load.fine() / seconds);
        return new Finding(
                path,
                load.wrong() == 0 && load.fine() > 0,
                String.format(
                        Locale.ROOT,
                        "%s: %,d requests a second over %d connections; %,d answered, %d failed, about %d round trips to"
                                + " Redis",
                        path,
                        perSecond,
                        connections,
                        load.fine(),
                        load.wrong(),
                        trips),
                Map.of("path", path, "requests_per_second", perSecond, "failed", load.wrong(), "round_trips", trips));
    }

    private record Load(long fine, long wrong) {}

    private Load load(Duration its) throws InterruptedException {
        LongAdder fine = new LongAdder();
        LongAdder wrong = new LongAdder();
        long end = System.nanoTime() + its.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    speak(end, fine);
                } catch (IOException e) {
                    wrong.increment();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Load(fine.sum(), wrong.sum());
    }

    private void speak(long end, LongAdder fine) throws IOException {
        URI at = site.root();
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: " + at.getAuthority() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(at.getHost(), at.getPort() < 0 ? 80 : at.getPort())) {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (System.nanoTime() - end < 0) {
                out.write(request);
                read(in);
                fine.increment();
            }
        }
    }

    /** One answer with a length, as the server writes those that it has whole. */
    private static void read(InputStream in) throws IOException {
        String line = line(in);
        if (!line.startsWith("HTTP/1.1 200")) {
            throw new IOException("status " + line);
        }
        long length = -1;
        while (!(line = line(in)).isEmpty()) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Long.parseLong(line.substring(15).strip());
            }
        }
        if (length < 0) {
            throw new IOException("an answer without a length");
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        int c;
        while ((c = in.read()) >= 0 && c != '\n') {
            if (c != '\r') {
                line.append((char) c);
            }
            if (line.length() > 8_192) {
                throw new IOException("a header without an end");
            }
        }
        if (c < 0) {
            throw new IOException("the connection ended");
        }
        return line.toString();
    }
}
