package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.Value;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The ways in which a command can be run; what ends in a failure throws it. */
enum Way {
    RUN {
        @Override
        <T> @Nullable T run(Millrace redis, Command<T> command) {
            return redis.run(command);
        }
    },
    START {
        @Override
        <T> @Nullable T run(Millrace redis, Command<T> command) {
            try {
                return redis.start(command).toCompletableFuture().join();
            } catch (CompletionException e) {
                throw (RuntimeException) e.getCause();
            }
        }
    },
    BATCH {
        @Override
        <T> @Nullable T run(Millrace redis, Command<T> command) {
            Batch batch = redis.batch();
            Reply<T> reply = batch.add(command);
            Reply<Value> other = batch.add(Command.of("ECHO", "beside it"));
            batch.run();
            assertThat(other.orElse(new Value.Null()).asText()).isEqualTo("beside it");
            return reply.get();
        }
    };

    abstract <T> @Nullable T run(Millrace redis, Command<T> command);
}
