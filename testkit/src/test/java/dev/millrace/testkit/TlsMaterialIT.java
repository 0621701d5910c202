package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class TlsMaterialIT {

    private static TlsMaterial material;
    private static TlsMaterial wrong;

    @BeforeAll
    static void make() {
        material = TlsMaterial.create();
        wrong = TlsMaterial.builder().wrongHost().create();
    }

    @AfterAll
    static void remove() {
        material.close();
        wrong.close();
    }

    @Test
    void handshake_withHostCheck_passesForNameAndAddress() throws IOException {
        try (RedisServer server = RedisServer.builder().tls(material).start()) {
            assertThat(server.tlsUrl()).isEqualTo("rediss://localhost:" + server.tlsPort());
            assertThat(ping(material.clientContext(), "localhost", server.tlsPort()))
                    .isEqualTo("+PONG");
            assertThat(ping(material.clientContext(), "127.0.0.1", server.tlsPort()))
                    .isEqualTo("+PONG");
            assertThat(server.ask("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void handshake_throughTheProxy_passesAsBytes() throws IOException {
        try (RedisServer server = RedisServer.builder().tls(material).start();
                FaultProxy proxy = FaultProxy.to("127.0.0.1", server.tlsPort())) {
            proxy.dropReply(1);

            assertThat(ping(material.clientContext(), "localhost", proxy.port()))
                    .isEqualTo("+PONG");
            assertThat(proxy.repliesPassed()).isZero();
        }
    }

    @Test
    void clientAuthentication_required_letsOnlyTheCertificateIn() throws IOException {
        try (RedisServer server =
                RedisServer.builder().tls(material).tlsClientAuthentication().start()) {
            assertThat(ping(material.clientContextWithCertificate(), "localhost", server.tlsPort()))
                    .isEqualTo("+PONG");
            assertThatThrownBy(() -> ping(material.clientContext(), "localhost", server.tlsPort()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void wrongHost_withHostCheck_isRefusedByTheClient() {
        try (RedisServer server = RedisServer.builder().tls(wrong).start()) {
            assertThatThrownBy(() -> ping(wrong.clientContext(), "localhost", server.tlsPort()))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("localhost");
        }
    }

    @Test
    void otherAuthority_isNotTrusted() {
        try (RedisServer server = RedisServer.builder().tls(material).start()) {
            assertThatThrownBy(() -> ping(wrong.clientContext(), "localhost", server.tlsPort()))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void files_ofTheMaterial_areTheOwnersAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(material.serverKey().getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.readString(material.clientKey())).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.readString(material.clientCertificate())).contains("-----BEGIN CERTIFICATE-----");
    }

    @Test
    void expired_certificate_isRefusedByTheClientAndGoesWithClose() {
        TlsMaterial expired = TlsMaterial.builder().expired().create();
        Path folder = expired.serverKey().getParent();
        try (expired;
                RedisServer server = RedisServer.builder().tls(expired).start()) {
            assertThatThrownBy(() -> ping(expired.clientContext(), "localhost", server.tlsPort()))
                    .isInstanceOf(SSLHandshakeException.class)
                    .rootCause()
                    .hasMessageContaining("NotAfter");
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void hosts_notAHost_isRefused() {
        assertThatThrownBy(() -> TlsMaterial.builder().hosts("a,dns:b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TlsMaterial.builder().hosts()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tlsPort_serverWithoutTls_saysHowToBuildIt() {
        try (RedisServer server = RedisServer.start()) {
            assertThatThrownBy(server::tlsUrl).hasMessageContaining("tls(TlsMaterial)");
        }
    }

    private static String ping(SSLContext context, String host, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
            socket.setSoTimeout(5_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII).strip();
        }
    }
}
