package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class AclIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final String PASSWORD = "not-to-be-shown";

    @AfterEach
    void removeUsers() {
        SERVER.deployment().ask("ACL", "DELUSER", "reader", "other");
    }

    @Test
    void user_rules_areToldWithoutShowingHashes() {
        Command<String> set =
                Acl.aclSetUser("reader", "on", ">" + PASSWORD, "~app:*", "resetchannels", "&news:*", "+@read", "-keys");
        assertThat(set.verb().isSecret()).isTrue();
        assertThat(set.toString()).doesNotContain(PASSWORD);
        assertThat(run(set)).isEqualTo("OK");

        AclUser user = SERVER.value(protocol, Acl.aclGetUser("reader"));
        assertThat(user.flags()).contains("on");
        assertThat(user.passwordHashes()).hasSize(1);
        assertThat(user.commands()).contains("+@read").contains("-keys");
        assertThat(user.keys()).isEqualTo("~app:*");
        assertThat(user.channels()).isEqualTo("&news:*");
        assertThat(user.toString()).doesNotContain(user.passwordHashes().getFirst());
        assertThat(run(Acl.aclGetUser("nobody"))).isNull();
        assertThat(run(Acl.aclUsers())).containsExactlyInAnyOrder("default", "reader");
        assertThat(run(Acl.aclList())).anyMatch(line -> line.startsWith("user reader on"));
        assertThat(run(Acl.aclDelUser("reader", "nobody"))).isEqualTo(1);
        assertThat(run(Acl.aclDelUser(List.of("nobody")))).isZero();
    }

    @Test
    void user_selectors_areTold() {
        SERVER.needs(7);
        run(Acl.aclSetUser("other", "on", "nopass", "~a:*", "+get", "(~b:* +set)"));
        AclUser user = SERVER.value(protocol, Acl.aclGetUser("other"));
        assertThat(user.selectors()).hasSize(1);
        assertThat(user.selectors().getFirst().keys()).isEqualTo("~b:*");
        assertThat(user.selectors().getFirst().commands()).contains("+set");
    }

    @Test
    void whoAmI_defaultUser_isDefault() {
        assertThat(run(Acl.aclWhoAmI())).isEqualTo("default");
        assertThat(run(Acl.aclCat())).contains("read", "write");
        assertThat(run(Acl.aclCat("hash"))).contains("hget");
        assertThat(run(Acl.aclGenPass())).hasSize(64);
        assertThat(run(Acl.aclGenPass(8))).hasSize(2);
    }

    @Test
    void log_refusal_isRemembered() {
        String other = SERVER.nearby("other");
        SERVER.deployment().ask("ACL", "SETUSER", "reader", "on", ">" + PASSWORD, "~app:*", "+@all");
        run(Acl.aclLogReset());
        assertThat(run(Acl.aclLog())).isEmpty();
        try (Millrace reader = Millrace.connect(SERVER.deployment()
                .options()
                .credentials("reader", PASSWORD)
                .protocol(protocol)
                .build())) {
            assertThatThrownBy(() -> reader.run(Strings.get(other))).isInstanceOf(ServerError.NoPermission.class);
        }
        AclLogEntry entry = SERVER.value(protocol, Acl.aclLog(10)).getFirst();
        assertThat(entry.reason()).isEqualTo("key");
        assertThat(entry.context()).isEqualTo("toplevel");
        assertThat(entry.object()).isEqualTo(other);
        assertThat(entry.user()).isEqualTo("reader");
        assertThat(entry.count()).isEqualTo(1);
        assertThat(entry.age()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(entry.client().user()).isEqualTo("reader");
        assertThat(run(Acl.aclLogReset())).isEqualTo("OK");
    }

    @Test
    void file_serverWithoutOne_saysSo() {
        assertThatThrownBy(() -> run(Acl.aclSave())).isInstanceOf(ServerError.class);
        assertThatThrownBy(() -> run(Acl.aclLoad())).isInstanceOf(ServerError.class);
    }
}
