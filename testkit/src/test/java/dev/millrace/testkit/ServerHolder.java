package dev.millrace.testkit;

import java.io.IOException;

/** A program that starts a server, prints what it started, and waits for its input to end; for {@link JvmEndIT}. */
final class ServerHolder {

    private ServerHolder() {}

    @SuppressWarnings("SystemOut") // the parent reads it
    public static void main(String[] arguments) throws IOException {
        RedisServer server = RedisServer.start();
        System.out.println(server.pid() + " " + server.watchdogPid() + " " + server.dataDirectory());
        int read = System.in.read();
        if (read == 'f') {
            throw new IllegalStateException("the holder was told to fail");
        }
    }
}
