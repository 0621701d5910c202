package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Login;
import dev.millrace.connection.Tls;
import dev.millrace.topology.Deployment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    private static final String SECRET = "s3cret";

    // ---- where the servers are ----

    @Test
    void fromEnvironment_nothingSet_isLocalhost() {
        assertThat(oneServer(options())).isEqualTo(tcp("localhost", 6379));
        assertThat(credentials(options())).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void fromEnvironment_blankVariables_countAsNotSet(String blank) {
        Map<String, String> all = new HashMap<>();
        MillraceOptions.environmentVariables().forEach(name -> all.put(name, blank));

        assertThat(oneServer(MillraceOptions.fromEnvironment(all).build())).isEqualTo(tcp("localhost", 6379));
    }

    @ParameterizedTest
    @ValueSource(strings = {"REDIS_URL", "KV_URL"})
    void fromEnvironment_url_isTakenWhole(String variable) {
        MillraceOptions options = options(variable, " redis://ann:" + SECRET + "@cache:7000/3?client_name=jobs\n");

        assertThat(oneServer(options)).isEqualTo(tcp("cache", 7000));
        assertThat(credentials(options)).isEqualTo(new Credentials("ann", SECRET));
        assertThat(options.connection().login().database()).isEqualTo(3);
        assertThat(options.connection().login().clientName()).isEqualTo("jobs");
    }

    @Test
    void fromEnvironment_urlOfASocketOrWithTls_isTaken() {
        assertThat(oneServer(options("REDIS_URL", "unix:///run/redis.sock")))
                .isEqualTo(new Endpoint.Unix(Path.of("/run/redis.sock")));
        assertThat(oneServer(options("KV_URL", "rediss://cache")))
                .isEqualTo(new Endpoint.Tcp("cache", 6379, Tls.ofDefaults()));
    }

    @Test
    void fromEnvironment_bothUrlsMeanTheSame_areTaken() {
        MillraceOptions options = options("REDIS_URL", "redis://cache", "KV_URL", "redis://cache:6379/0");

        assertThat(oneServer(options)).isEqualTo(tcp("cache", 6379));
    }

    @Test
    void fromEnvironment_clusterNodes_areSeeds() {
        MillraceOptions options = options("REDIS_CLUSTER_NODES", "redis://a:1, b:2,[::1]:3,, c ,");

        assertThat(seeds(options)).containsExactly(tcp("a", 1), tcp("b", 2), tcp("::1", 3), tcp("c", 6379));
        assertThat(seeds(options("REDIS_CLUSTER_NODES", "rediss://a:1,rediss://b:2")))
                .containsExactly(
                        new Endpoint.Tcp("a", 1, Tls.ofDefaults()), new Endpoint.Tcp("b", 2, Tls.ofDefaults()));
    }

    @Test
    void fromEnvironment_clusterNodes_goBeforeUrls() {
        MillraceOptions options = options(
                "REDIS_CLUSTER_NODES", "a:1", "REDIS_URL", "redis://ann:" + SECRET + "@b/4", "KV_URL", "nonsense");

        assertThat(seeds(options)).containsExactly(tcp("a", 1));
        assertThat(credentials(options)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "1", "yes", " Yes "})
    void fromEnvironment_clusterSaysYes_theUrlIsASeed(String yes) {
        assertThat(seeds(options("REDIS_CLUSTER", yes, "REDIS_URL", "redis://a:1")))
                .containsExactly(tcp("a", 1));
        assertThat(seeds(options("REDIS_CLUSTER", yes, "KV_URL", "redis://a:1")))
                .containsExactly(tcp("a", 1));
        assertThat(seeds(options("REDIS_CLUSTER", yes, "REDIS_CLUSTER_NODES", "b:2", "REDIS_URL", "redis://a:1")))
                .containsExactly(tcp("b", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", "0", "no"})
    void fromEnvironment_clusterSaysNo_theUrlIsOneServer(String no) {
        assertThat(oneServer(options("REDIS_CLUSTER", no, "REDIS_URL", "redis://a:1")))
                .isEqualTo(tcp("a", 1));
        assertThat(oneServer(options("REDIS_CLUSTER", no))).isEqualTo(tcp("localhost", 6379));
        assertThat(options("REDIS_CLUSTER", no, "REDIS_SENTINEL_NODES", "a", "REDIS_SENTINEL_MASTER", "m")
                        .deployment())
                .isInstanceOf(Deployment.Sentinel.class);
    }

    @Test
    void fromEnvironment_sentinelNodes_goBeforeUrls() {
        MillraceOptions options = options(
                "REDIS_SENTINEL_NODES",
                "a, redis://b:2",
                "REDIS_SENTINEL_MASTER",
                " orders ",
                "REDIS_URL",
                "redis://c");

        Deployment.Sentinel sentinel = (Deployment.Sentinel) options.deployment();
        assertThat(sentinel.sentinels()).containsExactly(tcp("a", 26379), tcp("b", 2));
        assertThat(sentinel.master()).isEqualTo("orders");
    }

    // ---- who connects ----

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "redis://h,                 -,   s3cret, -,   s3cret",
                "redis://h,                 ann, s3cret, ann, s3cret",
                "redis://:s3cret@h,         ann, -,      ann, s3cret",
                "redis://ann:@h,            -,   s3cret, ann, s3cret",
                "redis://ann:s3cret@h,      ann, s3cret, ann, s3cret",
                "redis://ann:s3cret@h,      -,   -,      ann, s3cret",
                "redis://:s3cret@h,         -,   s3cret, -,   s3cret",
                "-,                         ann, s3cret, ann, s3cret"
            })
    void fromEnvironment_login_fillsInWhatTheUrlLeavesOut(
            @Nullable String url,
            @Nullable String user,
            @Nullable String password,
            @Nullable String who,
            String secret) {
        Map<String, String> variables = new HashMap<>();
        put(variables, "REDIS_URL", url);
        put(variables, "REDIS_USERNAME", user);
        put(variables, "REDIS_PASSWORD", password);

        assertThat(credentials(MillraceOptions.fromEnvironment(variables).build()))
                .isEqualTo(new Credentials(who, secret));
    }

    @Test
    void fromEnvironment_login_isThatOfClustersAndOfServersBehindSentinels() {
        assertThat(credentials(options("REDIS_CLUSTER_NODES", "a,b", "REDIS_PASSWORD", SECRET)))
                .isEqualTo(new Credentials(null, SECRET));
        MillraceOptions behind = options(
                "REDIS_SENTINEL_NODES",
                "a",
                "REDIS_SENTINEL_MASTER",
                "m",
                "REDIS_USERNAME",
                "ann",
                "REDIS_PASSWORD",
                SECRET);
        assertThat(credentials(behind)).isEqualTo(new Credentials("ann", SECRET));
        assertThat(sentinelLogin(behind).credentials().get()).isNull();
    }

    @Test
    void fromEnvironment_sentinelLogin_isTheirOwn() {
        Map<String, String> variables = Map.of(
                "REDIS_SENTINEL_NODES", "a",
                "REDIS_SENTINEL_MASTER", "m",
                "REDIS_SENTINEL_USERNAME", "watch",
                "REDIS_SENTINEL_PASSWORD", SECRET);
        MillraceOptions options = MillraceOptions.fromEnvironment(variables).build();

        assertThat(credentials(options)).isNull();
        assertThat(sentinelLogin(options).credentials().get()).isEqualTo(new Credentials("watch", SECRET));
        assertThat(oneServer(options("REDIS_SENTINEL_USERNAME", "watch"))).isEqualTo(tcp("localhost", 6379));
    }

    @Test
    void fromEnvironment_passwordWithBlanks_isKeptWithoutItsLineEnd() {
        assertThat(credentials(options("REDIS_PASSWORD", " pa ss \r\n"))).isEqualTo(new Credentials(null, " pa ss "));
    }

    @Test
    void fromEnvironment_builder_takesFurtherOptions() {
        MillraceOptions options = MillraceOptions.fromEnvironment(Map.of("REDIS_URL", "redis://a:1/2"))
                .commandTimeout(Duration.ofMillis(7))
                .database(5)
                .build();

        assertThat(options.connection().timeouts().command()).isEqualTo(Duration.ofMillis(7));
        assertThat(options.connection().login().database()).isEqualTo(5);
    }

    @Test
    void environmentVariables_areThoseThatAreRead() {
        assertThat(MillraceOptions.environmentVariables())
                .containsExactlyInAnyOrder(
                        "REDIS_URL",
                        "KV_URL",
                        "REDIS_CLUSTER_NODES",
                        "REDIS_CLUSTER",
                        "REDIS_SENTINEL_NODES",
                        "REDIS_SENTINEL_MASTER",
                        "REDIS_SENTINEL_USERNAME",
                        "REDIS_SENTINEL_PASSWORD",
                        "REDIS_USERNAME",
                        "REDIS_PASSWORD");
    }

    // ---- refusals ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REDIS_CLUSTER_NODES=a;REDIS_SENTINEL_NODES=b;REDIS_SENTINEL_MASTER=m"
                        + " | REDIS_CLUSTER_NODES and REDIS_SENTINEL_NODES are both set, and a cluster has no Sentinels;"
                        + " unset the one that is not meant",
                "REDIS_CLUSTER=1;REDIS_SENTINEL_NODES=b;REDIS_SENTINEL_MASTER=m"
                        + " | REDIS_CLUSTER says yes and REDIS_SENTINEL_NODES is set, and a cluster has no Sentinels;"
                        + " unset the one that is not meant",
                "REDIS_SENTINEL_NODES=b | REDIS_SENTINEL_NODES is set without REDIS_SENTINEL_MASTER; set that to the"
                        + " name of the master that the Sentinels watch, such as mymaster",
                "REDIS_SENTINEL_MASTER=m | REDIS_SENTINEL_MASTER is set without REDIS_SENTINEL_NODES; set that to the"
                        + " Sentinels' addresses, such as host1:26379,host2:26379, or unset both",
                "REDIS_SENTINEL_MASTER=m;REDIS_CLUSTER_NODES=a"
                        + " | REDIS_SENTINEL_MASTER is set without REDIS_SENTINEL_NODES; set that to the"
                        + " Sentinels' addresses, such as host1:26379,host2:26379, or unset both",
                "REDIS_CLUSTER=false;REDIS_CLUSTER_NODES=a | REDIS_CLUSTER says no and REDIS_CLUSTER_NODES is set;"
                        + " unset one, or name one server by REDIS_URL",
                "REDIS_CLUSTER=true | REDIS_CLUSTER says yes and no node is named; set REDIS_CLUSTER_NODES or REDIS_URL",
                "REDIS_CLUSTER=s3cret | REDIS_CLUSTER must be true, false, 1, 0, yes or no; the nodes stand in"
                        + " REDIS_CLUSTER_NODES",
                "REDIS_URL=redis://a;KV_URL=redis://b | REDIS_URL and KV_URL differ; unset one of them, or set both to"
                        + " the same",
                "REDIS_URL=redis://:s3cret@a;KV_URL=redis://a | REDIS_URL and KV_URL differ; unset one of them, or set"
                        + " both to the same",
                "REDIS_URL=redis://:s3cret@a;REDIS_PASSWORD=0ther | REDIS_URL has another password than REDIS_PASSWORD;"
                        + " set it in one of them only",
                "KV_URL=redis://ann:s3cret@a;REDIS_USERNAME=bob | KV_URL has another user than REDIS_USERNAME; set it in"
                        + " one of them only",
                "REDIS_CLUSTER_NODES=redis://:s3cret@a,b;REDIS_PASSWORD=0ther | REDIS_CLUSTER_NODES has another password"
                        + " than REDIS_PASSWORD; set it in one of them only",
                "REDIS_USERNAME=ann | REDIS_USERNAME is set without REDIS_PASSWORD; set both, or unset REDIS_USERNAME",
                "REDIS_SENTINEL_NODES=a;REDIS_SENTINEL_MASTER=m;REDIS_SENTINEL_USERNAME=w | REDIS_SENTINEL_USERNAME is"
                        + " set without REDIS_SENTINEL_PASSWORD; set both, or unset REDIS_SENTINEL_USERNAME",
                "REDIS_CLUSTER=yes;REDIS_URL=unix:///run/s3cret | REDIS_CLUSTER says yes and REDIS_URL names a Unix"
                        + " domain socket, where a node of a cluster has a host and a port; change REDIS_URL or unset"
                        + " REDIS_CLUSTER",
                "REDIS_CLUSTER=yes;KV_URL=redis://a/3 | REDIS_CLUSTER says yes and KV_URL names a database, where a"
                        + " cluster has database 0 only; change KV_URL or unset REDIS_CLUSTER",
                "REDIS_CLUSTER_NODES=a,redis://b/3 | REDIS_CLUSTER_NODES names a database, and a cluster has database 0"
                        + " only; leave the database out",
                "REDIS_CLUSTER_NODES=a,unix:///run/s3cret | REDIS_CLUSTER_NODES: a cluster node has a host and a port; a"
                        + " Unix domain socket can't be one",
                "REDIS_CLUSTER_NODES=a,rediss://b | REDIS_CLUSTER_NODES has some addresses with rediss:// and some"
                        + " without; use it for all or for none",
                "REDIS_CLUSTER_NODES=redis://:s3cret@a,redis://:0ther@b | REDIS_CLUSTER_NODES: the addresses name"
                        + " different credentials; give them once",
                "REDIS_SENTINEL_MASTER=m;REDIS_SENTINEL_NODES=a,rediss://b | REDIS_SENTINEL_NODES has some addresses"
                        + " with rediss:// and some without; use it for all or for none",
                "REDIS_CLUSTER_NODES=, , | REDIS_CLUSTER_NODES names no address; list them as host1:port,host2:port, or"
                        + " unset it"
            })
    void fromEnvironment_contradiction_namesTheVariablesAndHowToMendIt(String variables, String message) {
        assertThatThrownBy(() -> MillraceOptions.fromEnvironment(parsed(variables)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REDIS_URL=s3cret",
                "REDIS_URL=ann:s3cret@host",
                "REDIS_URL=redis://ann:s3cret@host:port",
                "REDIS_URL=redis://s3cret@host",
                "REDIS_URL=http://:s3cret@host",
                "KV_URL=redis://:s3cret@[::1",
                "KV_URL=redis://host?password=s3cret",
                "REDIS_CLUSTER=redis://:s3cret@host",
                "REDIS_CLUSTER_NODES=ann:s3cret",
                "REDIS_CLUSTER_NODES=a,s3cret@b",
                "REDIS_CLUSTER_NODES=redis://ann:s3cret,comma@host",
                "REDIS_SENTINEL_MASTER=m;REDIS_SENTINEL_NODES=ann:s3cret@a:x",
                "REDIS_SENTINEL_MASTER=s3cret",
                "REDIS_USERNAME=s3cret",
                "REDIS_URL=redis://a;REDIS_USERNAME=s3cret"
            })
    void fromEnvironment_malformed_namesTheVariableAndNoSecret(String variables) {
        String last = variables.substring(variables.lastIndexOf(';') + 1);
        assertThatThrownBy(() -> MillraceOptions.fromEnvironment(parsed(variables)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageStartingWith(last.substring(0, last.indexOf('=')))
                .hasMessageNotContaining(SECRET)
                .message()
                .hasLineCount(1);
    }

    // ---- what came of it ----

    private static MillraceOptions options(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        MillraceOptions options = MillraceOptions.fromEnvironment(variables).build();
        assertThat(options.toString()).doesNotContain(SECRET);
        return options;
    }

    private static Map<String, String> parsed(String variables) {
        Map<String, String> parsed = new HashMap<>();
        for (String variable : variables.split(";")) {
            int equals = variable.indexOf('=');
            parsed.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return parsed;
    }

    private static void put(Map<String, String> variables, String name, @Nullable String value) {
        if (value != null) {
            variables.put(name, value);
        }
    }

    private static Endpoint oneServer(MillraceOptions options) {
        return ((Deployment.OneServer) options.deployment()).endpoint();
    }

    private static List<Endpoint.Tcp> seeds(MillraceOptions options) {
        return ((Deployment.Cluster) options.deployment()).seeds();
    }

    private static Login sentinelLogin(MillraceOptions options) {
        return ((Deployment.Sentinel) options.deployment()).sentinelLogin();
    }

    private static @Nullable Credentials credentials(MillraceOptions options) {
        return options.connection().login().credentials().get();
    }

    private static Endpoint.Tcp tcp(String host, int port) {
        return new Endpoint.Tcp(host, port, null);
    }
}
