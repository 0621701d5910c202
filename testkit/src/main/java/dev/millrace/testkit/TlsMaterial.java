package dev.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority made for one test, with a certificate for the server and one for the client, in a temporary
 * folder: as PEM files for redis-server, as PKCS#12 stores and {@link SSLContext} for Java clients.
 *
 * <p>{@code TlsMaterial.create()} is good for localhost and 127.0.0.1; the {@linkplain #builder builder} makes the
 * variants a client has to refuse. Elliptic curve keys (secp256r1). The keys are worth nothing outside the test.
 *
 * <p>Immutable and thread-safe. {@link #close} removes the folder.
 */
public final class TlsMaterial implements AutoCloseable {

    private static final String AUTHORITY = "ca";
    private static final String SERVER = "server";
    private static final String CLIENT = "client";

    private final Path folder;
    private final String password;

    private TlsMaterial(Path folder, String password) {
        this.folder = folder;
        this.password = password;
    }

    /**
     * Good for localhost and 127.0.0.1; takes some two seconds.
     *
     * @throws IllegalStateException if keytool is missing or fails
     */
    public static TlsMaterial create() {
        return builder().create();
    }

    public static TlsMaterialBuilder builder() {
        return new TlsMaterialBuilder();
    }

    static TlsMaterial create(List<String> hosts, boolean expired) {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        try {
            TlsMaterial material = new TlsMaterial(Files.createTempDirectory("millrace-tls-"), password);
            try {
                material.make(hosts, expired);
                return material;
            } catch (IOException | GeneralSecurityException | RuntimeException failed) {
                material.close();
                throw failed;
            }
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException("cannot make TLS material: " + failed.getMessage(), failed);
        }
    }

    /** The authority's certificate, PEM. */
    public Path authorityCertificate() {
        return folder.resolve("ca.crt");
    }

    /** The server's certificate followed by the authority's, PEM. */
    public Path serverCertificate() {
        return folder.resolve("server.crt");
    }

    /** The server's private key, PEM (PKCS#8, not encrypted). */
    public Path serverKey() {
        return folder.resolve("server.key");
    }

    /** The client's certificate followed by the authority's, PEM. */
    public Path clientCertificate() {
        return folder.resolve("client.crt");
    }

    /** The client's private key, PEM (PKCS#8, not encrypted). */
    public Path clientKey() {
        return folder.resolve("client.key");
    }

    /** A PKCS#12 store that holds the authority's certificate. */
    public Path trustStore() {
        return folder.resolve("trust.p12");
    }

    /** A PKCS#12 store that holds the client's key and certificate. */
    public Path clientKeyStore() {
        return folder.resolve("client-only.p12");
    }

    /** The password of both stores. */
    public String storePassword() {
        return password;
    }

    /** Trusts the authority, shows no certificate. */
    public SSLContext clientContext() {
        return context(null);
    }

    /** Trusts the authority and shows the client's certificate to a server that asks for one. */
    public SSLContext clientContextWithCertificate() {
        return context(clientKeyStore());
    }

    /** Removes the files. Contexts made before go on working. */
    @Override
    public void close() {
        FileTree.delete(folder);
    }

    private void make(List<String> hosts, boolean expired) throws IOException, GeneralSecurityException {
        Keytool keytool = new Keytool(password);
        Path authority = folder.resolve("ca.p12");
        keytool.generatePair(authority, AUTHORITY, 30, 3650, "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign,cRLSign")
                .join();

        // keytool signs with a key of the same store, so each of the two, made at the same time, gets a copy.
        Path server = Files.copy(authority, folder.resolve("server.p12"));
        Path client = Files.copy(authority, folder.resolve("client.p12"));
        Keytool.Run serverRun = keytool.generatePair(
                server,
                SERVER,
                expired ? 15 : 1,
                expired ? 10 : 365,
                "-signer",
                AUTHORITY,
                "-ext",
                "san=" + alternativeNames(hosts),
                "-ext",
                "eku=serverAuth");
        Keytool.Run clientRun =
                keytool.generatePair(client, CLIENT, 1, 365, "-signer", AUTHORITY, "-ext", "eku=clientAuth");
        serverRun.join();
        clientRun.join();

        Certificate authorityCertificate =
                Objects.requireNonNull(load(authority).getCertificate(AUTHORITY));
        writePem(authorityCertificate(), "CERTIFICATE", authorityCertificate.getEncoded());
        export(load(server), SERVER, serverCertificate(), serverKey());
        KeyStore clientStore = load(client);
        export(clientStore, CLIENT, clientCertificate(), clientKey());

        KeyStore trust = empty();
        trust.setCertificateEntry(AUTHORITY, authorityCertificate);
        save(trust, trustStore());
        KeyStore clientOnly = empty();
        clientOnly.setKeyEntry(CLIENT, key(clientStore, CLIENT), password(), chain(clientStore, CLIENT));
        save(clientOnly, clientKeyStore());
    }

    private static String alternativeNames(List<String> hosts) {
        return String.join(
                ",",
                hosts.stream()
                        .map(host -> (host.matches("[0-9]+(\\.[0-9]+){3}") ? "ip:" : "dns:") + host)
                        .toList());
    }

    private void export(KeyStore store, String alias, Path certificate, Path key)
            throws IOException, GeneralSecurityException {
        StringBuilder chain = new StringBuilder();
        for (Certificate link : chain(store, alias)) {
            chain.append(pem("CERTIFICATE", link.getEncoded()));
        }
        Files.writeString(certificate, chain, StandardCharsets.US_ASCII);
        writePem(key, "PRIVATE KEY", key(store, alias).getEncoded());
    }

    private Key key(KeyStore store, String alias) throws GeneralSecurityException {
        return Objects.requireNonNull(store.getKey(alias, password()));
    }

    private static Certificate[] chain(KeyStore store, String alias) throws GeneralSecurityException {
        return Objects.requireNonNull(store.getCertificateChain(alias));
    }

    private static void writePem(Path file, String label, byte[] encoded) throws IOException {
        Files.writeString(file, pem(label, encoded), StandardCharsets.US_ASCII);
    }

    private static String pem(String label, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
    }

    private SSLContext context(@Nullable Path keys) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load(trustStore()));
            KeyManagerFactory own = null;
            if (keys != null) {
                own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                own.init(load(keys), password());
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : own.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException("cannot read TLS material: " + failed.getMessage(), failed);
        }
    }

    private KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password());
        }
        return store;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private void save(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password());
        }
    }

    private char[] password() {
        return password.toCharArray();
    }
}
