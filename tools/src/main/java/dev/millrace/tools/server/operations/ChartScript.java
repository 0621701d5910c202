package dev.millrace.tools.server.operations;

import dev.millrace.tools.report.ChartLibrary;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;

/**
 * The library of the dashboard's charts, as a route: browsers load nothing from elsewhere. They keep it for a day and then ask by
 * its version whether it is another. Immutable.
 */
final class ChartScript {
    private final byte[] script = ChartLibrary.script().getBytes(StandardCharsets.UTF_8);
    private final String tag = "\"" + ChartLibrary.version() + "\"";

    void answer(Context context) {
        context.header("Cache-Control", "public, max-age=86400");
        context.header("ETag", tag);
        if (tag.equals(context.header("If-None-Match"))) {
            context.status(304);
            return;
        }
        context.contentType("text/javascript; charset=utf-8").result(script);
    }
}
