package dev.millrace.tools.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.server.ServerFixture;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every route: who may use it, what is refused and how, and that nothing that a client sends ends the process. */
@Timeout(60)
class HttpServerIT {
    private static final String SWITCH = "/api/admin/switches/site.cache-ttl";

    private static ServerFixture server;

    @BeforeAll
    static void start() {
        server = ServerFixture.start(Map.of("MILLRACE_BODY_LIMIT", "20000", "MILLRACE_IDLE", "2"));
    }

    @AfterAll
    static void stop() {
        // Whatever was sent before, it still answers.
        server.get("/api/dashboard").is(200);
        server.close();
    }

    private static HttpRequest.Builder change(String json) {
        return server.json("PUT", SWITCH, json);
    }

    // ---- what is there ----

    @Test
    void document_always_describesTheRoutesThatAreThere() {
        Set<String> served = server.server().routes().stream()
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toCollection(TreeSet::new));
        OpenApi document = server.server().openApi();
        assertThat(document.operations()).isEqualTo(served);
        assertThat(document.faults()).isEmpty();
        assertThat(server.get("/openapi.json").is(200).json().get("openapi").asString())
                .isEqualTo("3.1.0");
    }

    @Test
    void metrics_always_haveTheClients() {
        assertThat(server.get("/metrics").is(200).text()).contains("# TYPE millrace_writes_total counter");
    }

    @Test
    void page_always_forbidsOthersScripts() {
        ServerFixture.Answer page = server.get("/").is(200);
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'self'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Server")).isEmpty();
    }

    @Test
    void unknownPath_is404_andAnotherMethod405() {
        server.get("/api/nothing").isProblem(404, "/openapi.json");
        server.post("/api/dashboard", "{}").isProblem(405);
    }

    // ---- who may ----

    @Test
    void administratorsRoute_withoutAToken_is401_withAWrongOne403() {
        ServerFixture.Answer missing = server.send(change("{\"value\":\"1\"}")).isProblem(401, "Authorization: Bearer");
        assertThat(missing.header("WWW-Authenticate")).isEqualTo("Bearer");
        server.send(change("{\"value\":\"1\"}").header("Authorization", "Bearer wrong"))
                .isProblem(403, "token");
    }

    @Test
    void change_fromAPageOfAnotherSite_isRefused() {
        server.sendAsAdministrator(change("{\"value\":\"1\"}").header("Origin", "https://evil.example"))
                .isProblem(403, "another site");
        server.sendAsAdministrator(change("{\"value\":\"1\"}").header("Origin", "null"))
                .isProblem(403, "another site");
        server.sendAsAdministrator(change("{\"value\":\"1\"}").header("Sec-Fetch-Site", "cross-site"))
                .isProblem(403, "another site");
        server.sendAsAdministrator(HttpRequest.newBuilder(server.at(SWITCH))
                        .header("Content-Type", "text/plain")
                        .PUT(BodyPublishers.ofString("{\"value\":\"1\"}")))
                .isProblem(415, "application/json");
    }

    @Test
    void request_forAnotherHost_isRefused() throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    // ---- bodies ----

    @Test
    void body_thatIsWrong_namesFieldAndLine() {
        server.sendAsAdministrator(change("{\n  \"value\": 3\n}")).isProblem(400, "value must be text", "line 2");
        server.sendAsAdministrator(change("{\n\n  \"valu\": \"3\", \"value\": \"3\"\n}"))
                .isProblem(400, "valu is no field that is known; there are value", "line 3");
        server.sendAsAdministrator(change("{\n\"value\": \"1\",\n\"valu\": [1, {\"value\": 2}]}"))
                .isProblem(400, "valu is no field", "line 3");
        server.sendAsAdministrator(change("{}")).isProblem(400, "value must be a text");
        server.sendAsAdministrator(change("{\"value\":\"3\"} x")).isProblem(400);
        server.sendAsAdministrator(change("")).isProblem(400);
        server.sendAsAdministrator(change("null")).isProblem(400);
        server.sendAsAdministrator(change("[]")).isProblem(400, "must be an object");
        server.sendAsAdministrator(change("[".repeat(1_000))).isProblem(400);
        server.sendAsAdministrator(change("\0\1\2")).isProblem(400, "no JSON");
    }

    @Test
    void body_overTheLimit_is413_whateverItsHeadersSay() {
        String large = "{\"value\":\"" + "x".repeat(30_000) + "\"}";
        server.sendAsAdministrator(change(large)).isProblem(413, "20000 bytes");
        server.sendAsAdministrator(HttpRequest.newBuilder(server.at(SWITCH))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8)))))
                .isProblem(413, "20000 bytes");
    }

    @Test
    void body_thatNeverComes_endsWithTheConnection() throws IOException {
        String answer = raw("PUT " + SWITCH
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ServerFixture.ADMINISTRATOR
                + "\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"v");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
    }

    @Test
    void body_thatDrips_is408_whoeverReadsIt() throws IOException {
        Map<Socket, String> heads = new LinkedHashMap<>();
        try {
            heads.put(
                    open(),
                    "PUT " + SWITCH + " HTTP/1.1\r\nAuthorization: Bearer " + ServerFixture.ADMINISTRATOR
                            + "\r\nContent-Type: application/json\r\n");
            heads.put(open(), "POST /api/v2/uploads/process HTTP/1.1\r\nContent-Type: application/octet-stream\r\n");
            heads.put(
                    open(),
                    "POST /api/v2/uploads/process HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n");
            for (Map.Entry<Socket, String> its : heads.entrySet()) {
                send(its.getKey(), its.getValue() + "Host: localhost\r\nContent-Length: 10000\r\n\r\n");
            }
            while (!heads.isEmpty()) {
                for (Iterator<Socket> left = heads.keySet().iterator(); left.hasNext(); ) {
                    Socket socket = left.next();
                    send(socket, " "); // never idle, and never done
                    String answer = heard(socket);
                    if (!answer.isEmpty()) {
                        assertThat(answer).startsWith("HTTP/1.1 408").contains("256 bytes a second");
                        socket.close();
                        left.remove();
                    }
                }
            }
        } finally {
            for (Socket socket : heads.keySet()) {
                socket.close();
            }
        }
    }

    private static Socket open() throws IOException {
        Socket socket = new Socket(server.at("/").getHost(), server.at("/").getPort());
        socket.setSoTimeout(20);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What comes within a moment; empty if nothing does. */
    private static String heard(Socket socket) throws IOException {
        try {
            byte[] answer = new byte[4_096];
            int length = socket.getInputStream().read(answer);
            assertThat(length).as("it is answered before it is closed").isPositive();
            return new String(answer, 0, length, StandardCharsets.UTF_8);
        } catch (SocketTimeoutException nothing) {
            return "";
        }
    }

    // ---- what is no request ----

    @Test
    void headers_tenThousand_are431() throws IOException {
        StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: localhost\r\n");
        for (int i = 0; i < 10_000; i++) {
            request.append("x").append(i).append(": y\r\n");
        }
        assertThat(raw(request + "\r\n")).startsWith("HTTP/1.1 431").contains("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/js/..%5c..%5cserver/openapi.json",
                "//etc/passwd",
                "/dashboard/index.html",
                "/index.html%00.js"
            })
    void path_thatLeavesTheRoot_findsNothing(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .containsPattern("^HTTP/1.1 4\\d\\d")
                .doesNotContain("root:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\1\2\3\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "get / http/1.1\r\n\r\n"})
    void noise_isRefused(String noise) throws IOException {
        assertThat(raw(noise)).containsPattern("^HTTP/1.1 [45]\\d\\d");
    }

    /** What the server answers to bytes, until it closes or is silent. */
    private static String raw(String request) throws IOException {
        URI at = server.at("/");
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4_096];
            int length = in.readNBytes(answer, 0, 16);
            length += Math.max(0, in.read(answer, length, answer.length - length));
            return new String(answer, 0, length, StandardCharsets.UTF_8);
        }
    }
}
