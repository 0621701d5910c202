package dev.millrace.bench.run;

import dev.millrace.bench.child.Answer;
import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.child.Request;
import dev.millrace.bench.child.Wire;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.PeerClients;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.workload.Cell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A client in a process of its own, a JVM or what its command says, which lives across cells, so that its code stays
 * compiled. Where it does not answer in time, or ends, the process is ended and the next cell begins with a new one.
 */
public final class ProcessContestant implements Contestant {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ClientName client;
    private final ServerAddress server;
    private final Function<Path, List<String>> command;
    private final Duration patience;
    private @Nullable OwnProcess process;
    // Values of an earlier run under the same keys must not pass for those of this one.
    private int generation = ThreadLocalRandom.current().nextInt();

    /** A contestant whose JVM is started when it enters its first cell. */
    public ProcessContestant(ClientName client, ServerAddress server) {
        this(client, server, ChildJvm::command, PATIENCE);
    }

    /** A contestant whose process speaks as the JVMs do. */
    ProcessContestant(ClientName client, ServerAddress server, List<String> command) {
        this(client, server, scratch -> command, PATIENCE);
    }

    ProcessContestant(
            ClientName client, ServerAddress server, Function<Path, List<String>> command, Duration patience) {
        this.client = client;
        this.server = server;
        this.command = command;
        this.patience = patience;
    }

    @Override
    public ClientName client() {
        return client;
    }

    @Override
    public String mode(Cell cell) {
        return PeerClients.mode(client, cell);
    }

    @Override
    public boolean plays(Cell cell) {
        return PeerClients.supports(client, cell);
    }

    @Override
    public void enter(Cell cell) throws ContestantUnavailable, ContestantFailed, InterruptedException {
        if (process == null) {
            try {
                process = new OwnProcess(command);
            } catch (IOException e) {
                throw new ContestantFailed("its process could not be started: " + e.getMessage(), List.of());
            }
        }
        Answer answer = ask(process, Request.open(client, server, cell), patience);
        String failure = answer.failure();
        if (answer.unavailable()) {
            close();
            throw new ContestantUnavailable(String.valueOf(failure));
        }
        if (failure != null) {
            throw failed(process, failure);
        }
    }

    @Override
    public Measurement measure(Duration time) throws ContestantFailed, InterruptedException {
        OwnProcess running = process;
        if (running == null) {
            throw new ContestantFailed("it has not entered a cell", List.of());
        }
        generation++;
        Answer answer = ask(running, Request.measure(time.toMillis(), generation), time.plus(patience));
        Measurement measurement = answer.measurement();
        if (measurement == null) {
            throw failed(running, String.valueOf(answer.failure()));
        }
        return measurement;
    }

    @Override
    public void leave() throws InterruptedException {
        OwnProcess running = process;
        if (running != null) {
            try {
                Answer answer = ask(running, Request.close(), patience);
                if (answer.failure() != null) {
                    close();
                }
            } catch (ContestantFailed e) {
                // What it measured stands; its process has been ended, and the next cell gets a new one.
                close();
            }
        }
    }

    @Override
    public void close() {
        OwnProcess running = process;
        process = null;
        if (running != null) {
            running.close();
        }
    }

    private Answer ask(OwnProcess running, Request request, Duration deadline)
            throws ContestantFailed, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            running.send(Wire.line(request));
            while (true) {
                Optional<String> line = running.nextLine(end - System.nanoTime());
                if (line.isEmpty()) {
                    throw failed(running, "its process ended with " + running.ending());
                }
                Optional<Answer> answer = Wire.answer(line.get());
                if (answer.isPresent()) {
                    return answer.get();
                }
                running.remember(line.get());
            }
        } catch (OwnProcess.DeadlinePassed e) {
            throw failed(running, "no answer within " + deadline.toSeconds() + " s");
        } catch (IOException e) {
            throw failed(running, "its process ended with " + running.ending());
        } catch (JacksonException e) {
            throw failed(running, "an answer that can't be read: " + e.getOriginalMessage());
        }
    }

    private ContestantFailed failed(OwnProcess running, String reason) {
        // Closed first, so that its last words are all there.
        close();
        return new ContestantFailed(reason, running.lastWords());
    }
}
