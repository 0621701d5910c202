package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerErrorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WRONGTYPE Operation against a key holding the wrong kind of value | WrongType",
                "NOSCRIPT No matching script. Please use EVAL. | NoScript",
                "OOM command not allowed when used memory > 'maxmemory'. | OutOfMemory",
                "READONLY You can't write against a read only replica. | ReadOnlyReplica",
                "NOPERM this user has no permissions to run the 'get' command | NoPermission",
                "NOAUTH Authentication required. | AuthenticationFailed",
                "WRONGPASS invalid username-password pair or user is disabled. | AuthenticationFailed",
                "ERR invalid password | AuthenticationFailed",
                "LOADING Redis is loading the dataset in memory | Loading",
                "BUSY Redis is busy running a script. | Busy",
                "EXECABORT Transaction discarded because of previous errors. | TransactionAborted",
                "MOVED 3999 127.0.0.1:6381 | Moved",
                "ASK 3999 127.0.0.1:6381 | Ask",
                "TRYAGAIN Multiple keys request during rehashing of slot | TryAgain",
                "CLUSTERDOWN The cluster is down | ClusterDown",
                "MASTERDOWN Link with MASTER is down | MasterDown",
                "BUSYGROUP Consumer Group name already exists | GroupExists",
                "NOGROUP No such key | NoGroup",
                "NOREPLICAS Not enough good replicas to write. | NoReplicas",
                "ERR max number of clients reached | TooManyClients",
                "ERR max number of clients + cluster connections reached | TooManyClients",
                "ERR syntax error | Other",
                "CUSTOM of a script's own | Other",
                "NOARGUMENTS | Other"
            })
    void of_line_hasTheTypeOfItsCode(String line, String type) {
        ServerError error = ServerError.of(line);
        assertThat(error.getClass().getSimpleName()).isEqualTo(type);
        assertThat(line).startsWith(error.code());
        assertThat(error.code()).doesNotContain(" ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERR unknown command 'FROB', with args beginning with: 'secret' 'secret'",
                "ERR unknown command `FROB`, with args beginning with: `secret`, `secret`, ",
                "NOGROUP No such key 'secret' or consumer group 'secret' in XREADGROUP with GROUP option",
                "NOGROUP No such consumer group 'secret' for key name 'secret'",
                "ERR Error in ACL SETUSER modifier '<secret': The password you are trying to remove does not exist",
                "ERR Error in ACL SETUSER modifier '>a'secret': Syntax error",
                "ERR Error in ACL SETUSER modifier 'secret",
                "ERR Syntax error in HELLO option 'secret'",
                "ERR Unknown client type 'secret'",
                "ERR Invalid argument \"secret\" for something",
                "ERR can't use 'secret' or don't know 'secret'",
                "ERR wrong number of arguments for 'get' command, got 'secret'"
            })
    void of_lineThatQuotesArguments_hidesThem(String line) {
        assertThat(ServerError.of(line).getMessage()).doesNotContain("secret").startsWith(line.substring(0, 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERR unknown command 'FROB'",
                "ERR unknown subcommand 'FROB'. Try CLIENT HELP.",
                "ERR wrong number of arguments for 'get' command",
                "NOPERM this user has no permissions to run the 'flushall' command",
                "ERR Can't execute 'get': only (P|S)SUBSCRIBE / PING / QUIT / RESET are allowed in this context",
                "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value",
                "READONLY You can't write against a read only replica.",
                "OOM command not allowed when used memory > 'maxmemory'.",
                "ERR Error compiling script (new function): user_script:1: '=' expected near 'local'",
                "ERR user_script:1: Script attempted to access nonexistent global variable 'foo'"
            })
    void of_lineThatNamesACommandOrASetting_keepsItWhole(String line) {
        assertThat(ServerError.of(line)).hasMessage(line);
    }

    @Test
    void of_severalLines_isOne() {
        assertThat(ServerError.of("ERR one\r\ntwo\tthree")).hasMessage("ERR one two three");
    }

    @Test
    void of_longLine_isCut() {
        assertThat(ServerError.of("ERR " + "x".repeat(100_000)).getMessage()).hasSizeLessThan(310);
    }

    @Test
    void of_longQuotedArgument_hidesItToTheEnd() {
        String line = "ERR Syntax error in HELLO option '" + "secret".repeat(10_000) + "'";
        assertThat(ServerError.of(line)).hasMessage("ERR Syntax error in HELLO option ***");
    }

    @Test
    void of_emptyLine_isOther() {
        assertThat(ServerError.of("")).isInstanceOf(ServerError.Other.class).hasMessage("");
    }
}
