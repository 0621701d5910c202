package dev.millrace.bench.child;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.PeerClient;
import dev.millrace.bench.client.PeerClients;
import dev.millrace.bench.client.PeerUnavailable;
import dev.millrace.bench.client.QueueLeftovers;
import dev.millrace.bench.client.QueuePeer;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Dataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a client's JVM. Reads requests from standard input until it ends, which it also does when the
 * parent is gone, and then leaves at once, whatever threads the client still has.
 *
 * <p>Confined to the main thread.
 */
public final class Child {
    private final Dataset data = Dataset.create();
    private @Nullable AutoCloseable client;
    private @Nullable Cell cell;
    private @Nullable ServerAddress server;

    private Child() {}

    /** Serves the parent process. Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        // A client that prints must not garble the answers.
        System.setOut(System.err);
        Child child = new Child();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(Wire.line(child.answer(Wire.request(line))));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private Answer answer(Request request) {
        try {
            return switch (request.verb()) {
                case OPEN -> open(request);
                case MEASURE -> Answer.measured(measure(request));
                case CLOSE -> close();
            };
        } catch (PeerUnavailable e) {
            return Answer.unavailable(String.valueOf(e.getMessage()));
        } catch (Exception | LinkageError e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            e.printStackTrace();
            return Answer.failed(Failures.line(e));
        }
    }

    private Answer open(Request request) throws Exception {
        close();
        Cell wanted = Objects.requireNonNull(request.cell());
        ClientName name = Objects.requireNonNull(request.client());
        ServerAddress where = Objects.requireNonNull(request.server());
        client = wanted.workload().isQueue()
                ? PeerClients.openQueue(name, where)
                : PeerClients.open(name, where, wanted);
        cell = wanted;
        server = where;
        return Answer.done();
    }

    private Measurement measure(Request request) throws Exception {
        Cell of = Objects.requireNonNull(cell);
        ServerAddress where = Objects.requireNonNull(server);
        return Objects.requireNonNull(client) instanceof QueuePeer queue
                ? new QueueLoad(queue, of, () -> QueueLeftovers.remove(where))
                        .run(request.millis(), request.generation())
                : new Load(data, (PeerClient) Objects.requireNonNull(client), of)
                        .run(request.millis(), request.generation());
    }

    private Answer close() throws Exception {
        AutoCloseable open = client;
        client = null;
        cell = null;
        if (open != null) {
            open.close();
        }
        return Answer.done();
    }
}
