package dev.millrace.tools.server.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.staticfiles.Location;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: Javalin on virtual threads, a thread per request. Answers are JSON, failures are problems, nothing that a
 * client sends ends the process. When it stops it takes no more requests, and ends those that it has.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    /** What a browser is told with every answer. */
    static final Map<String, String> SAFE_HEADERS = Map.of(
            "Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");

    private final HttpOptions options;
    private final Guard guard;
    private final RateLimit rate;
    private final @Nullable AccessLog accessLog;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Javalin javalin;
    private volatile boolean draining;

    private HttpServer(HttpOptions options, Routes routes, Json json, String pages) {
        this.options = options;
        this.guard = new Guard(options);
        this.rate = new RateLimit(options.ratePerSecond());
        this.accessLog = options.accessLog().equals("off") ? null : AccessLog.to(options.accessLog());
        this.javalin = Javalin.create(config -> configure(config, routes, json, pages));
    }

    /**
     * Starts it.
     *
     * @param pages folder of the class path that holds what browsers load
     * @throws IllegalStateException if the port is taken
     */
    public static HttpServer start(HttpOptions options, Routes routes, Json json, String pages) {
        HttpServer server = new HttpServer(options, routes, json, pages);
        try {
            server.javalin.start(options.host(), options.port());
        } catch (JavalinBindException e) {
            server.close();
            throw new IllegalStateException("port " + options.port() + " of " + options.host()
                    + " can't be listened on: it is taken, or not this machine's; choose another by MILLRACE_PORT");
        }
        return server;
    }

    private void configure(JavalinConfig config, Routes routes, Json json, String pages) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.concurrency.useVirtualThreads = true;
        config.jsonMapper(json);
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = options.bodyBytes();
        config.http.defaultContentType = "application/json";
        config.jetty.multipartConfig.maxFileSize(options.bodyBytes(), SizeUnit.BYTES);
        config.jetty.multipartConfig.maxTotalRequestSize(options.bodyBytes(), SizeUnit.BYTES);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            http.setRequestHeaderSize(16 << 10);
            http.setIdleTimeout(options.idle().toMillis());
        });
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(0); // requests are waited for by drain()
            server.addBean(new NetworkConnectionLimit(options.connections(), server));
            server.setErrorHandler(new EarlyProblems(json));
            server.setHandler(new LeastRate(options.idle()));
        });
        config.jetty.modifyServletContextHandler(
                handler -> handler.insertHandler(new ReadyAnswers(routes.ready(), this)));
        config.staticFiles.add(files -> {
            files.hostedPath = "/";
            files.directory = pages;
            files.location = Location.CLASSPATH;
            files.headers = Map.of("Cache-Control", "no-cache");
        });
        config.routes.before(this::begin);
        for (Routes.Route route : routes.all()) {
            add(config, route);
        }
        config.routes.exception(Problem.class, this::answer);
        config.routes.exception(HttpResponseException.class, this::answerJavalins);
        config.routes.exception(MillraceException.class, this::answerRedis);
        config.routes.exception(Exception.class, this::answerBug);
        config.requestLogger.http(this::end);
    }

    private void add(JavalinConfig config, Routes.Route route) {
        switch (route.its()) {
            case Routes.Action.Answer answer -> {
                Handler handler = answer.handler();
                config.routes.addHttpHandler(route.method(), route.path(), context -> {
                    guard.access(context, route.access());
                    if (route.access() != Access.OPEN) {
                        rate.count(context.ip());
                    }
                    handler.handle(context);
                });
            }
            case Routes.Action.Socket socket -> {
                config.routes.wsBeforeUpgrade(route.path(), context -> guard.access(context, route.access()));
                config.routes.ws(route.path(), socket.handler());
            }
        }
    }

    // ---- each request ----

    private void begin(Context context) {
        underWay.incrementAndGet();
        SAFE_HEADERS.forEach(context::header);
        context.attribute(Bodies.LIMIT, options.bodyBytes());
        if (draining) {
            context.header("Connection", "close");
            throw Problem.unavailable("the server is stopping", SOON);
        }
        guard.host(context.host());
    }

    /** Whether a request for a ready answer may have it; one that may not goes the usual way, and is told why. */
    boolean takes(Request request) {
        return !draining && guard.isHost(request.getHeaders().get(HttpHeader.HOST));
    }

    /** A ready answer has been sent. */
    void served(Request request) {
        if (accessLog != null) {
            accessLog.add(
                    Request.getRemoteAddr(request),
                    request.getMethod(),
                    request.getHttpURI().getPath(),
                    200,
                    (System.nanoTime() - request.getBeginNanoTime()) / 1e6f);
        }
    }

    private void end(Context context, Float milliseconds) {
        underWay.decrementAndGet();
        if (accessLog != null) {
            accessLog.add(
                    context.ip(), context.method().toString(), context.path(), context.statusCode(), milliseconds);
        }
    }

    /** Whether a request has the administrator's token. */
    public boolean isAdministrator(Context context) {
        return isAdministrator(context.header("Authorization"));
    }

    boolean isAdministrator(@Nullable String authorization) {
        return guard.isAdministrator(authorization);
    }

    // ---- problems ----

    private void answer(Problem problem, Context context) {
        context.status(problem.status());
        if (problem.retryAfterSeconds() > 0) {
            context.header("Retry-After", Long.toString(problem.retryAfterSeconds()));
        }
        context.result(context.jsonMapper().toJsonString(problem.members(context.path()), Map.class));
        context.contentType("application/problem+json");
    }

    private void answerJavalins(HttpResponseException failure, Context context) {
        int status = failure.getStatus();
        Problem problem = switch (status) {
            case 404 -> Problem.notFound("there is nothing at this path; /openapi.json lists what there is");
            case 405 -> Problem.of(405, "Method not allowed", "this path takes other methods");
            case 413 -> Problem.tooLarge(options.bodyBytes());
            case 429 ->
                Problem.of(429, "Too many requests", "up to " + options.ratePerSecond() + " a second")
                        .retryAfter(SOON);
            default -> Problem.of(status, "Failed", String.valueOf(failure.getMessage()));
        };
        answer(problem, context);
    }

    private void answerRedis(MillraceException failure, Context context) {
        if (failure instanceof Misuse) {
            answerBug(failure, context);
            return;
        }
        // Which of the outcomes it was matters to whoever decides whether to send again; the rest is for the log.
        LOG.debug("{} {}: {}", context.method(), context.path(), failure.toString());
        answer(
                Problem.unavailable("Redis did not do its part in time; try again later", SOON)
                        .with("outcome", failure.getClass().getSimpleName()),
                context);
    }

    private void answerBug(Exception failure, Context context) {
        Problem problem = problemBehind(failure);
        if (problem != null) {
            answer(problem, context);
            return;
        }
        if (isClients(failure)) {
            answer(Problem.badRequest("the body ended too early, or can't be read"), context);
            return;
        }
        LOG.error("{} {} failed", context.method(), context.path(), failure);
        answer(Problem.of(500, "Internal error", "the server's log says more"), context);
    }

    /** What {@link LeastRate} said to whoever read the body. */
    private static @Nullable Problem problemBehind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem;
            }
        }
        return null;
    }

    /** What Jetty says of bodies that break off or stand still, and of forms that are none. */
    private static boolean isClients(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EofException
                    || cause instanceof HttpException
                    || cause instanceof java.util.concurrent.TimeoutException) {
                return true;
            }
        }
        return failure instanceof IOException || failure instanceof java.io.UncheckedIOException;
    }

    // ---- the end ----

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Where it is reached. */
    public String url() {
        return "http://" + (options.host().contains(":") ? "[" + options.host() + "]" : options.host()) + ":" + port();
    }

    /**
     * Takes no more requests, and waits for those under way.
     *
     * @return whether all have ended
     */
    public boolean drain(Duration within) {
        draining = true;
        long end = System.nanoTime() + within.toNanos();
        while (underWay.get() > 0 && System.nanoTime() - end < 0) {
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
        return underWay.get() <= 0;
    }

    /** Ends it; what is still under way is cut off. */
    @Override
    public void close() {
        javalin.stop();
        if (accessLog != null) {
            accessLog.close();
        }
    }
}
