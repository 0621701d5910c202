package dev.millrace.tools.server;

import dev.millrace.Millrace;
import dev.millrace.tools.server.database.Database;
import dev.millrace.tools.server.http.Json;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Predicate;

/**
 * What all services stand on. Immutable; its parts are thread-safe.
 *
 * @param redis the one client
 * @param database the SQL database
 * @param registry where meters go
 * @param options what the server was started with
 * @param switches what can be changed while it runs
 * @param json JSON of requests and answers
 * @param administrator whether a request has the administrator's token
 */
public record Platform(
        Millrace redis,
        Database database,
        MeterRegistry registry,
        ServeOptions options,
        Switches switches,
        Json json,
        Predicate<Context> administrator) {}
