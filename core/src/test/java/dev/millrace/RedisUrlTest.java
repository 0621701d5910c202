package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "redis://localhost, localhost, 6379, 0",
                "redis://localhost/, localhost, 6379, 0",
                "redis://localhost:, localhost, 6379, 0",
                "redis://, localhost, 6379, 0",
                "redis:///3, localhost, 6379, 3",
                "redis://:7000, localhost, 7000, 0",
                "redis://cache.example:6380/2, cache.example, 6380, 2",
                "REDIS://Cache_1.example:1/15, Cache_1.example, 1, 15",
                "redis://127.0.0.1:65535, 127.0.0.1, 65535, 0",
                "redis://[::1], ::1, 6379, 0",
                "redis://[2001:db8::7]:7001/4, 2001:db8::7, 7001, 4",
                "redis://[fe80::1%eth0]:7001, fe80::1%eth0, 7001, 0",
                "redis://host?db=5, host, 6379, 5",
                "redis://host/6?db=6, host, 6379, 6",
                "redis://u:p@host:1/2?, host, 1, 2"
            })
    void parse_tcp_findsHostPortAndDatabase(String url, String host, int port, int database) {
        RedisUrl parsed = RedisUrl.parse(url);
        assertThat(parsed.endpoint()).isEqualTo(new Endpoint.Tcp(host, port, null));
        assertThat(parsed.database()).isEqualTo(database);
        assertThat(parsed.protocol()).isEqualTo(3);
    }

    @Test
    void parse_rediss_verifiesTheHost() {
        Endpoint.Tcp endpoint = (Endpoint.Tcp) RedisUrl.parse("rediss://host").endpoint();
        assertThat(endpoint.tls())
                .isNotNull()
                .satisfies(tls -> assertThat(tls.verifyHost()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            quoteCharacter = '"',
            value = {
                "redis://ann:secret@host, ann, secret",
                "redis://:secret@host, -, secret",
                "redis://ann:@host, ann, \"\"",
                "redis://a%40b:p%3A%2F%40%3F%23%25@host, a@b, p:/@?#%",
                "redis://ann:pa+ss@host, ann, pa+ss",
                "redis://ann:pa:ss@host, ann, pa:ss",
                "redis://ann:pa@ss@host, ann, pa@ss",
                "redis://ann:pa/ss@host, ann, pa/ss",
                "redis://ann:p%C3%A4ss@host, ann, päss",
                "unix://ann:secret@/run/redis.sock, ann, secret"
            })
    void parse_credentials_areDecoded(String url, String user, String password) {
        assertThat(RedisUrl.parse(url).credentials()).isEqualTo(new Credentials(user, password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://host", "redis://:@host", "unix:///run/redis.sock"})
    void parse_noCredentials_areNone(String url) {
        assertThat(RedisUrl.parse(url).credentials()).isNull();
    }

    @Test
    void parse_unix_findsPathAndParameters() {
        RedisUrl parsed = RedisUrl.parse("unix:///run/my%20redis/a@b.sock?db=3&client_name=jobs&protocol=2");
        assertThat(parsed.endpoint()).isEqualTo(new Endpoint.Unix(Path.of("/run/my redis/a@b.sock")));
        assertThat(parsed.database()).isEqualTo(3);
        assertThat(parsed.clientName()).isEqualTo("jobs");
        assertThat(parsed.protocol()).isEqualTo(2);
        assertThat(RedisUrl.parse("redis+unix:///run/redis.sock").endpoint())
                .isEqualTo(new Endpoint.Unix(Path.of("/run/redis.sock")));
    }

    @Test
    void parse_lineEndBehindIt_isOverlooked() {
        assertThat(RedisUrl.parse(" redis://host:1\n").endpoint()).isEqualTo(new Endpoint.Tcp("host", 1, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | it has no scheme",
                "localhost:6379 | it has no scheme",
                "redis:/localhost | it has no scheme",
                "http://localhost | its scheme is unknown",
                "redis://host:port | the port must be a number from 1 to 65535",
                "redis://host:0 | the port must be a number from 1 to 65535",
                "redis://host:65536 | the port must be a number from 1 to 65535",
                "redis://host:-1 | the port must be a number",
                "redis://host:+1 | the port must be a number",
                "redis://host:٣ | the port must be a number",
                "redis://host:99999999999999999999 | the port must be a number",
                "redis://::1:6379 | an IPv6 address stands in brackets",
                "redis://[::1:6379 | no closing bracket",
                "redis://[] | neither a name nor an address",
                "redis://[host] | neither a name nor an address",
                "redis://[::1]6379 | after the host comes :port or /database",
                "redis://my host | neither a name nor an address",
                "redis://host#1 | neither a name nor an address",
                "redis://%68ost | neither a name nor an address",
                "redis://host/one | the database must be a number from 0",
                "redis://host/1/2 | the database must be a number from 0",
                "redis://host/-1 | the database must be a number from 0",
                "redis://host/2147483648 | the database must be a number from 0",
                "redis://host?db=x | the database must be a number from 0",
                "redis://host/6?db=5 | it names two databases",
                "redis://host?db | the database must be a number from 0",
                "redis://host?protocol=4 | the protocol must be a number from 2 to 3",
                "redis://host?timeout=5 | parameter timeout is unknown; there are db, client_name and protocol",
                "redis://host?client_name=%zz | a percent sign must be followed by two hex digits",
                "redis://ann@host | before the @ comes user:password",
                "redis://ann:%2@host | a percent sign must be followed by two hex digits",
                "unix:// | needs its path",
                "unix:/// | needs its path",
                "unix://run/redis.sock | write three slashes",
                "unix:///run/a%00b | its path can't be that of a socket"
            })
    void parse_malformed_isOneLineThatSaysWhatIsWrong(String url, String message) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the URL ")
                .hasMessageContaining(" can't be used: ")
                .hasMessageContaining(message)
                .message()
                .hasSizeLessThan(300)
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "s3cret@host",
                "ann:s3cret@host:6379",
                "redis:ann:s3cret@host",
                "s3cret@redis://host",
                "http://ann:s3cret@host",
                "s3cret://host",
                "redis://s3cret@host",
                "redis://ann:s3cret",
                "redis://:s3cret",
                "redis://ann:s3cret/0",
                "redis://ann:s3cret@host:port",
                "redis://ann:s3cret@host/x",
                "redis://ann:x@s3cret@host/x",
                "redis://ann:s3cret%@host",
                "redis://ann:s3c?ret=s3cret@host",
                "redis://host?password=s3cret",
                "redis://host?s3cret",
                "redis://host?s3cret=1",
                "redis://host/s3cret",
                "redis://host:1/0?db=s3cret",
                "redis://host?protocol=s3cret",
                "redis://[s3cret]",
                "redis://[::1]:s3cret",
                "redis://ann:s3cret@ho st",
                "redis://ann\n:s3cret@host\n/x",
                "unix://ann:s3cret@run/redis.sock",
                "unix://:s3/s3cret@/run/x",
                "rediss://%20:s3cret@host",
                "redis://host:6379?x=1&s3cret"
            })
    void parse_malformedWithASecretAnywhere_doesNotRepeatIt(String url) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("s3cret")
                .hasLineCount(1);
    }

    @Test
    void parse_malformedPlace_isShownWhereItHoldsNoSecret() {
        assertThatThrownBy(() -> RedisUrl.parse("redis://ann:s3cret@cache.example:6379?x=1"))
                .hasMessage("the URL redis://***@cache.example:6379?… can't be used: parameter x is unknown; there are"
                        + " db, client_name and protocol");
    }

    @Test
    void toString_ofUrlWithCredentials_namesTheUserOnly() {
        assertThat(RedisUrl.parse("redis://ann:s3cret@host").toString())
                .contains("Credentials[ann]")
                .doesNotContain("s3cret");
    }
}
