package dev.millrace.tools.server.dashboard;

import dev.millrace.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A page of Chromium, spoken to by the DevTools protocol. It remembers what the page complained of. Commands are for one thread;
 * what the browser says is taken by the socket's.
 */
final class Page implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final Map<String, Fixture> fixtures = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final WebSocket socket;

    /** An answer in the place of the server's. */
    private record Fixture(int status, String type, String body) {}

    private Page(HttpClient client, URI address) {
        this.socket = client.newWebSocketBuilder()
                .connectTimeout(SOON)
                .buildAsync(address, new Listener())
                .orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    static Page open(HttpClient client, URI address) {
        Page page = new Page(client, address);
        for (String domain : List.of("Runtime", "Log", "Page")) {
            page.send(domain + ".enable", Map.of());
        }
        return page;
    }

    // ---- the protocol ----

    /** A command, and its result. */
    JsonNode send(String method, Map<String, ?> parameters) {
        int id = post(method, parameters);
        return asked.get(id)
                .orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((result, failure) -> asked.remove(id))
                .join();
    }

    private synchronized int post(String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        asked.put(id, new CompletableFuture<>());
        String text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
        socket.sendText(text, true)
                .orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return id;
    }

    private void take(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> waiting = asked.get(message.get("id").asInt());
            if (waiting == null) {
                return;
            }
            if (message.has("error")) {
                waiting.completeExceptionally(
                        new AssertionError(message.get("error").toString()));
            } else {
                waiting.complete(message.path("result"));
            }
            return;
        }
        JsonNode parameters = message.path("params");
        switch (message.path("method").asString("")) {
            case "Runtime.exceptionThrown" ->
                complaints.add(parameters.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert")
                        .contains(parameters.path("type").asString(""))) {
                    complaints.add(parameters.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                JsonNode entry = parameters.path("entry");
                if (List.of("error", "warning").contains(entry.path("level").asString(""))) {
                    complaints.add(entry.path("text").asString("") + " "
                            + entry.path("url").asString(""));
                }
            }
            case "Fetch.requestPaused" ->
                Thread.ofVirtual().name("millrace-fixture").start(() -> fulfil(parameters));
            default -> {}
        }
    }

    private void fulfil(JsonNode paused) {
        String request = paused.get("requestId").asString();
        Fixture fixture = fixtures.get(
                URI.create(paused.get("request").get("url").asString()).getPath());
        int unused = fixture == null
                ? post("Fetch.continueRequest", Map.of("requestId", request))
                : post(
                        "Fetch.fulfillRequest",
                        Map.of(
                                "requestId",
                                request,
                                "responseCode",
                                fixture.status(),
                                "responseHeaders",
                                List.of(Map.of("name", "Content-Type", "value", fixture.type())),
                                "body",
                                Base64.getEncoder()
                                        .encodeToString(fixture.body().getBytes(StandardCharsets.UTF_8))));
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                JsonNode message = JSON.readTree(parts.toString());
                parts.setLength(0);
                take(message);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    // ---- what a reader does ----

    /** Answers a path with this from now on, in the place of the server. */
    void answer(String path, int status, String type, String body) {
        fixtures.put(path, new Fixture(status, type, body));
        send("Fetch.enable", Map.of());
    }

    /** The size of the window and the reader's colours. */
    void look(int width, int height, double pixels, boolean dark) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", pixels, "mobile", false));
        send(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void open(URI address) {
        send("Page.navigate", Map.of("url", address.toString()));
        await("document.readyState === 'complete'");
    }

    /** The value of an expression. */
    JsonNode value(String expression) {
        JsonNode result =
                send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) {
        Await.until(
                SOON,
                () -> value("Boolean(" + expression + ")").asBoolean(false),
                () -> expression + "; " + complaints);
    }

    /** Presses a key and lets it go. */
    void press(String key, int code) {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            send(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
        }
    }

    /** A picture of a part of the page, as PNG. */
    byte[] picture(int left, int top, int width, int height) {
        Map<String, Integer> clip = Map.of("x", left, "y", top, "width", width, "height", height, "scale", 1);
        JsonNode answer =
                send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
        return Base64.getDecoder().decode(answer.get("data").asString());
    }

    /** Errors, warnings and exceptions so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        if (!socket.isOutputClosed()) {
            int unused = post("Page.close", Map.of()); // it would go on drawing
            socket.abort();
        }
    }
}
