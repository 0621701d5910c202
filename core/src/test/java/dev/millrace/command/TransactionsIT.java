package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.DedicatedConnection;
import dev.millrace.OnEveryTopology;
import dev.millrace.batch.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class TransactionsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    /** Of the slot of k. */
    private static final byte[] FIRST = {'{', 'k', '}', (byte) 0xff, 0};

    private static final byte[] SECOND = {'{', 'k', '}', (byte) 0xff, '\r', '\n'};

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void watch_keyChanged_failsTheTransaction() {
        try (DedicatedConnection connection = SERVER.client(protocol).dedicated("k")) {
            assertThat(connection.run(Transactions.watch("k"))).isEqualTo("OK");
            run(Strings.set("k", "changed"));
            Transaction transaction = connection.transaction();
            transaction.add(Strings.set("k", "mine"));
            assertThatThrownBy(transaction::run).isInstanceOf(ServerError.TransactionAborted.class);
        }
        assertThat(run(Strings.get("k"))).isEqualTo("changed");
    }

    @Test
    void unwatch_keyChanged_letsTheTransactionRun() {
        try (DedicatedConnection connection = SERVER.client(protocol).dedicated("k")) {
            assertThat(connection.run(Transactions.watch(List.of("k")))).isEqualTo("OK");
            assertThat(connection.run(Transactions.watch(FIRST, SECOND))).isEqualTo("OK");
            assertThat(connection.run(Transactions.unwatch())).isEqualTo("OK");
            run(Strings.set("k", "changed"));
            Transaction transaction = connection.transaction();
            transaction.add(Strings.set("k", "mine"));
            transaction.run();
        }
        assertThat(run(Strings.get("k"))).isEqualTo("mine");
    }

    @Test
    void verbs_eachOne_needsAConnectionOfItsOwn() {
        assertThat(Transactions.watch("k").verb().needsDedicatedConnection()).isTrue();
        assertThat(Transactions.unwatch().verb().needsDedicatedConnection()).isTrue();
        assertThatThrownBy(() -> Transactions.watch(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
