package dev.millrace.tools.server.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Players of the game over TCP: they log in, join a room, talk and look around; one who is thrown out comes back. Immutable. */
final class Players implements Actor {
    private static final int PLAYERS = 24;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final List<String> ROOMS = List.of("harbour", "mill", "tower");
    private static final List<String> LINES = List.of(
            "say hello", "say who goes up to the tower?", "look", "say not me", "who", "stats", "say good luck");

    private final String host;
    private final int port;
    private final @Nullable String token;

    /** @param port of the game; below 1 for none */
    Players(String host, int port, @Nullable String token) {
        this.host = host;
        this.port = port;
        this.token = token;
    }

    @Override
    public String name() {
        return "game lines";
    }

    @Override
    public List<String> needs() {
        return List.of("GET /api/connections");
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        List<Stage.Deed> players = new ArrayList<>();
        for (int i = 1; i <= PLAYERS; i++) {
            String player = "player-" + i;
            players.add(() -> {
                while (stage.pace().rest(300)) {
                    play(stage, player);
                }
            });
        }
        stage.atOnce(name(), players);
    }

    private void play(Stage stage, String player) throws InterruptedException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            Thread reader = Thread.ofVirtual().name("millrace-demo-reader").start(() -> read(stage, socket));
            Writer out = new java.io.OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
            if (token != null) {
                say(out, "token " + token);
            }
            say(out, "login " + player);
            ThreadLocalRandom random = ThreadLocalRandom.current();
            while (stage.pace().rest(250 + random.nextInt(500))) {
                boolean moves = random.nextInt(12) == 0;
                say(
                        out,
                        moves
                                ? "join " + ROOMS.get(random.nextInt(ROOMS.size()))
                                : LINES.get(random.nextInt(LINES.size())));
                stage.tally().done(name());
            }
            say(out, "quit");
            reader.join(java.time.Duration.ofSeconds(1));
        } catch (IOException e) {
            stage.tally().failed(name(), "the game's connection broke: " + e.getMessage());
        }
    }

    private static void say(Writer out, String line) throws IOException {
        out.write(line + "\r\n");
        out.flush();
    }

    /** Reads what comes, for one who reads nothing is thrown out; the game begins a refusal with an exclamation mark. */
    private void read(Stage stage, Socket socket) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("!")) {
                    stage.tally().failed(name(), line);
                }
            }
        } catch (IOException e) {
            // The connection has ended; who writes is told.
        }
    }
}
