package dev.millrace.bench.client;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.SslOptions;

/** How Jedis is told where a server is and how to enter it. */
public final class JedisSettings {
    private JedisSettings() {}

    /** Where the server is. */
    public static HostAndPort address(ServerAddress server) {
        return new HostAndPort(server.host(), server.port());
    }

    /** How to enter it; everything else by default. */
    public static DefaultJedisClientConfig.Builder login(ServerAddress server) {
        DefaultJedisClientConfig.Builder login = DefaultJedisClientConfig.builder()
                .user(server.user())
                .password(server.password())
                .database(server.database());
        return server.tls() ? login.sslOptions(SslOptions.defaults()) : login;
    }
}
