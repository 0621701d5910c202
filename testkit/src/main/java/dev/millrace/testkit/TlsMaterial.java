package dev.millrace.testkit;

import java.nio.file.Path;

/** Certificates for tests. */
public final class TlsMaterial {
    private final Path folder;

    TlsMaterial(Path folder) {
        this.folder = folder;
    }

    Path serverCertificate() {
        return folder.resolve("server.crt");
    }

    Path serverKey() {
        return folder.resolve("server.key");
    }

    Path authorityCertificate() {
        return folder.resolve("ca.crt");
    }
}
