package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Lines over TCP, each ended by CR LF as telnet has it. Thread-safe. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // sockets are
final class TelnetWire implements Wire {
    private final Socket socket;
    private final OutputStream out;

    TelnetWire(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    @Override
    public void write(List<String> texts) throws IOException {
        String all = String.join("\n", texts).replace("\n", "\r\n") + "\r\n";
        out.write(all.getBytes(StandardCharsets.UTF_8)); // what waits goes in one packet
    }

    @Override
    public void end() {
        try {
            socket.shutdownOutput(); // a close with unread input would take back what was sent last
        } catch (IOException gone) {
            // it is gone
        }
        cut();
    }

    @Override
    public void cut() {
        try {
            socket.close();
        } catch (IOException gone) {
            // it is gone
        }
    }
}
