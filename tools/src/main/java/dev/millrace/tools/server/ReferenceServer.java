package dev.millrace.tools.server;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.command.Server;
import dev.millrace.metrics.MicrometerListener;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.NamedServers;
import dev.millrace.tools.server.database.Database;
import dev.millrace.tools.server.flights.FlightsService;
import dev.millrace.tools.server.game.ConnectionsService;
import dev.millrace.tools.server.http.HttpServer;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.OpenApi;
import dev.millrace.tools.server.http.Routes;
import dev.millrace.tools.server.operations.ClientFigures;
import dev.millrace.tools.server.operations.Operations;
import dev.millrace.tools.server.records.RecordsService;
import dev.millrace.tools.server.rooms.RoomsService;
import dev.millrace.tools.server.site.SiteService;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reference server: all services on one client of Redis, one database and one HTTP server.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class ReferenceServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceServer.class);
    private static final String PAGES = "/dashboard";

    /** The services, in the order in which they begin. */
    private static final List<Function<Platform, Service>> SERVICES = List.of(
            RoomsService::new, FlightsService::new, RecordsService::new, ConnectionsService::new, SiteService::new);

    private final List<AutoCloseable> foundations;
    private final List<Service> services = new ArrayList<>();
    private final ServeOptions options;
    private final Routes routes = new Routes();
    private final OpenApi openApi;
    private final HttpServer http;
    private final String redisDescribed;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param foundations gets whatever has to be closed, in the order in which it is opened */
    private ReferenceServer(ServeOptions options, List<AutoCloseable> foundations) {
        this.options = options;
        this.foundations = foundations;
        Json json = new Json();
        NamedServers servers = servers();
        this.redisDescribed = servers.described();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        foundations.add(registry::close);
        Database database = keep(new Database(options.jdbcUrl(), options.jdbcUser(), options.jdbcPassword()));
        ClientFigures figures = new ClientFigures(new MicrometerListener(registry));
        Millrace redis = keep(Millrace.connect(servers.options().withListener(figures)));
        redis.run(Server.ping()); // said once and clearly, before services begin to try again
        AtomicReference<@Nullable HttpServer> started = new AtomicReference<>();
        Platform platform = new Platform(redis, database, registry, options, new Switches(), json, context -> {
            HttpServer server = started.get();
            return server != null && server.isAdministrator(context);
        });
        for (Function<Platform, Service> service : SERVICES) {
            services.add(keep(service.apply(platform)));
        }
        this.openApi = openApi(json);
        services.add(keep(new Operations(platform, figures, registry, List.copyOf(services), openApi)));
        services.forEach(service -> service.routes(routes));
        this.http = keep(HttpServer.start(options.http(), routes, json, PAGES));
        started.set(http);
    }

    /**
     * Starts it.
     *
     * @throws BadInput if an option can't be used, or the port is taken
     * @throws dev.millrace.command.MillraceException if Redis can't be reached
     */
    public static ReferenceServer start(ServeOptions options) {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            return new ReferenceServer(options, opened);
        } catch (IllegalStateException | IllegalArgumentException refused) {
            opened.reversed().forEach(ReferenceServer::end);
            throw new BadInput(String.valueOf(refused.getMessage()));
        } catch (RuntimeException failed) {
            opened.reversed().forEach(ReferenceServer::end);
            throw failed;
        }
    }

    private OpenApi openApi(Json json) {
        List<Class<?>> owners =
                new ArrayList<>(services.stream().map(Service::getClass).toList());
        owners.add(Operations.class);
        return new OpenApi(json, owners);
    }

    private NamedServers servers() {
        return NamedServers.of(options.redis()).orElseGet(() -> {
            RedisServer embedded = keep(RedisServer.start());
            // It ends when this does, after what the services have yet to write.
            embedded.leaveToHolder();
            return NamedServers.at(embedded.url());
        });
    }

    private <T extends AutoCloseable> T keep(T part) {
        foundations.add(part);
        return part;
    }

    /** Where it is reached. */
    public String url() {
        return http.url();
    }

    /** Where Redis is, without credentials. */
    public String redis() {
        return redisDescribed;
    }

    /** All routes. */
    public List<Routes.Route> routes() {
        return routes.all();
    }

    /** What the OpenAPI document describes. */
    public OpenApi openApi() {
        return openApi;
    }

    /** A service of a type. */
    public <S extends Service> S service(Class<S> type) {
        return services.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Stops it: takes no more requests, ends those under way, then the services, last what they stand on. Does nothing the second
     * time.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        services.forEach(Service::quiesce);
        Duration within = options.grace().dividedBy(3);
        if (!http.drain(within)) {
            LOG.warn("requests were still under way after {} ms, and are cut off", within.toMillis());
        }
        foundations.reversed().forEach(ReferenceServer::end);
    }

    private static void end(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not end well: {}", part.getClass().getSimpleName(), e.toString());
        }
    }
}
