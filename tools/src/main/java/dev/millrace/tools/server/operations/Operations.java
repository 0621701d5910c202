package dev.millrace.tools.server.operations;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Service;
import dev.millrace.tools.server.Switches;
import dev.millrace.tools.server.http.Feed;
import dev.millrace.tools.server.http.OpenApi;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures of all services once a second for whoever looks, meters for Prometheus, the OpenAPI document, and the switches. While
 * nobody listens nothing is gathered but on request.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Operations implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final long SECOND = 1_000_000_000L;

    /**
     * A new value of a switch.
     *
     * @param value as text, whatever it is
     */
    record NewValue(String value) {
        NewValue {
            if (value == null || value.length() > 100) {
                throw new IllegalArgumentException("value must be a text of up to 100 characters");
            }
        }
    }

    private final Platform platform;
    private final ClientFigures client;
    private final PrometheusMeterRegistry registry;
    private final List<Service> services;
    private final Feed feed = new Feed();
    private final Thread ticker;
    private final byte[] openApi;
    private final ChartScript chartScript = new ChartScript();
    private volatile boolean closing;

    @GuardedBy("this")
    private Map<String, Object> newest = Map.of();

    @GuardedBy("this")
    private long newestNanos = System.nanoTime() - SECOND;

    /**
     * @param services all others
     * @param openApi the document
     */
    public Operations(
            Platform platform,
            ClientFigures client,
            PrometheusMeterRegistry registry,
            List<Service> services,
            OpenApi openApi) {
        this.platform = platform;
        this.client = client;
        this.registry = registry;
        this.services = services;
        this.openApi = platform.json().bytes(openApi.document());
        this.ticker = Thread.ofVirtual().name("millrace-figures").start(this::tick);
    }

    @Override
    public String name() {
        return "client";
    }

    @Override
    public void routes(Routes routes) {
        routes.get(
                "/metrics",
                context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(registry.scrape()));
        routes.get("/openapi.json", administrator -> openApi, context -> context.result(openApi));
        routes.get("/vendor/chart.js", chartScript::answer);
        routes.get("/api/dashboard", context -> context.json(all()));
        routes.get(
                "/api/dashboard/events",
                context -> feed.answer(context, "figures", platform.json().text(all())));
        routes.administrator(
                HandlerType.GET,
                "/api/admin/switches",
                context -> context.json(switches().now()));
        routes.administrator(HandlerType.PUT, "/api/admin/switches/{name}", this::change);
    }

    private Switches switches() {
        return platform.switches();
    }

    private void change(Context context) {
        String name = context.pathParam("name");
        String value = platform.json().body(context, NewValue.class).value();
        Map<String, Object> changed;
        try {
            changed = switches().change(name, value);
        } catch (IllegalArgumentException refused) {
            throw Problem.unprocessable(name + ": " + refused.getMessage());
        }
        if (changed == null) {
            throw Problem.notFound("there is no such switch; there are "
                    + String.join(", ", switches().names()));
        }
        LOG.info("the switch {} was changed by an administrator", name);
        context.json(changed);
    }

    // ---- figures ----

    /** Figures of all, at most a second old: however many ask, services are asked once. */
    private synchronized Map<String, Object> all() {
        if (System.nanoTime() - newestNanos < SECOND * 9 / 10) {
            return newest;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", Instant.now().toEpochMilli());
        all.put(name(), figures());
        for (Service service : services) {
            try {
                all.put(service.name(), service.figures());
            } catch (RuntimeException e) {
                LOG.debug("no figures of {}: {}", service.name(), e.toString());
                all.put(service.name(), Map.of("unavailable", true));
            }
        }
        newest = all;
        newestNanos = System.nanoTime();
        return all;
    }

    @Override
    public Map<String, Object> figures() {
        return client.take(platform.redis());
    }

    private void tick() {
        long next = System.nanoTime();
        while (!closing) {
            next += SECOND;
            LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
            if (!closing && feed.isHeard()) {
                feed.publish("figures", platform.json().text(all()));
            } else {
                next = System.nanoTime();
            }
        }
    }

    @Override
    public void quiesce() {
        closing = true;
        LockSupport.unpark(ticker);
        feed.close();
    }

    @Override
    public void close() {
        quiesce();
    }
}
