package dev.millrace.tools.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A reference server on free ports with a client that speaks to it. Thread-safe. */
public final class ServerFixture implements AutoCloseable {
    /** The administrator's token. */
    public static final String ADMINISTRATOR = "administrator-7d1c";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Of this class only: each client has a thread. */
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(SOON).build();

    private final ReferenceServer server;

    private ServerFixture(ReferenceServer server) {
        this.server = server;
    }

    /** With an embedded server and a database of its own. */
    public static ServerFixture start() {
        return start(Map.of());
    }

    /** With values in the place of these. */
    public static ServerFixture start(Map<String, String> values) {
        Map<String, String> all = new HashMap<>(Map.of(
                "MILLRACE_PORT", "0",
                "MILLRACE_GAME_PORT", "0",
                "MILLRACE_ACCESS_LOG", "off",
                "MILLRACE_ADMIN_TOKEN", ADMINISTRATOR,
                "MILLRACE_JDBC_URL", "jdbc:h2:mem:test-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1"));
        all.putAll(values);
        return new ServerFixture(ReferenceServer.start(ServeOptions.of(all, null)));
    }

    public ReferenceServer server() {
        return server;
    }

    public HttpClient client() {
        return client;
    }

    public URI at(String path) {
        return URI.create(server.url() + path);
    }

    // ---- requests ----

    /** An answer. */
    public record Answer(int status, HttpResponse<byte[]> response) {
        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** This, if it has the status. */
        public Answer is(int expected) {
            assertThat(status).as(this::text).isEqualTo(expected);
            return this;
        }

        /** This, if it is a problem with the status and all these words in its detail. */
        public Answer isProblem(int expected, String... words) {
            is(expected);
            assertThat(header("Content-Type")).startsWith("application/problem+json");
            assertThat(json().get("status").asInt()).isEqualTo(expected);
            assertThat(json().get("detail").asString()).doesNotContain("\n");
            for (String word : words) {
                assertThat(json().get("detail").asString()).contains(word);
            }
            return this;
        }
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(at(path)).GET());
    }

    public Answer post(String path, String json) {
        return send(json("POST", path, json));
    }

    public Answer put(String path, String json) {
        return send(json("PUT", path, json));
    }

    public Answer delete(String path) {
        return send(HttpRequest.newBuilder(at(path)).DELETE());
    }

    /** A request with a JSON body, to be added to and sent. */
    public HttpRequest.Builder json(String method, String path, String json) {
        return HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json));
    }

    /** As an administrator. */
    public Answer sendAsAdministrator(HttpRequest.Builder request) {
        return send(request.header("Authorization", "Bearer " + ADMINISTRATOR));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = client.send(request.timeout(SOON).build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new AssertionError("no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
