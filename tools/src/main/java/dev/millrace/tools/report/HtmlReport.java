package dev.millrace.tools.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * The report as one HTML page with charts and tables. The page holds all it needs: it loads nothing, works without a
 * network, and follows the reader's light or dark preference. Stateless.
 */
public final class HtmlReport {
    private static final Pattern SLOT = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    /**
     * Writes the page to a file, replacing it.
     *
     * @param title headline of the page
     * @param comparisons ratio columns of the tables
     * @throws IOException if the file cannot be written
     */
    public static void write(String title, Report report, List<Comparison> comparisons, Path file) throws IOException {
        Files.writeString(file, text(title, report, comparisons));
    }

    /** The whole page. */
    public static String text(String title, Report report, List<Comparison> comparisons) {
        List<Chart> charts = new ArrayList<>();
        StringBuilder sections = new StringBuilder();
        report.byWorkload().forEach((workload, results) -> {
            List<Chart> own = Chart.of(results);
            sections.append(section(workload, own, charts.size(), results, comparisons));
            charts.addAll(own);
        });
        return fill(
                resource("report.html"),
                Map.of(
                        "title", escape(title),
                        "machine", escape(report.machine().summary()),
                        "server", escape(report.server().summary()),
                        "verdict", report.verified() ? "" : "<p class=\"failed\">Something did not verify: see NO.</p>",
                        "style", resource("report.css"),
                        "sections", sections.toString(),
                        "remarks", remarks(report.remarks()),
                        // A value could end the script element; JSON may spell that character otherwise.
                        "charts", JsonMapper.shared().writeValueAsString(charts).replace("<", "\\u003c"),
                        // The page is one file, and the library lies within a script element.
                        "library", ChartLibrary.script().replace("</script", "<\\/script"),
                        "script", resource("report.js")));
    }

    private static String section(
            String workload, List<Chart> charts, int firstChart, List<Result> results, List<Comparison> comparisons) {
        StringBuilder html =
                new StringBuilder("<section>\n<h2>" + escape(workload) + "</h2>\n<div class=\"charts\">\n");
        for (int i = 0; i < charts.size(); i++) {
            html.append("<figure><figcaption>")
                    .append(escape(charts.get(i).title()))
                    .append("</figcaption><div class=\"canvas\"><canvas data-chart=\"")
                    .append(firstChart + i)
                    .append("\" role=\"img\" aria-label=\"")
                    .append(escape(workload + ": " + charts.get(i).title() + "; the table below has the figures"))
                    .append("\"></canvas></div></figure>\n");
        }
        return html.append("</div>\n")
                .append(table(results, comparisons))
                .append("</section>\n")
                .toString();
    }

    private static String remarks(List<String> remarks) {
        if (remarks.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<section>\n<h2>Remarks</h2>\n<ul>\n");
        remarks.forEach(remark -> html.append("<li>").append(escape(remark)).append("</li>\n"));
        return html.append("</ul>\n</section>\n").toString();
    }

    private static String table(List<Result> results, List<Comparison> comparisons) {
        List<Column> columns = Column.of(results, comparisons);
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
        for (Column column : columns) {
            html.append(cell("th", column, column.heading()));
        }
        html.append("</tr></thead>\n<tbody>\n");
        for (Result result : results) {
            html.append(result.failedVerification() ? "<tr class=\"failed\">" : "<tr>");
            for (Column column : columns) {
                html.append(cell("td", column, column.text(result)));
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static String cell(String tag, Column column, String text) {
        String alignment = column.numeric() ? " class=\"number\"" : "";
        return "<" + tag + alignment + ">" + escape(text) + "</" + tag + ">";
    }

    /** One pass over the template, so that text which looks like a slot is not filled a second time. */
    private static String fill(String template, Map<String, String> slots) {
        return SLOT.matcher(template).replaceAll(match -> quote(match, slots));
    }

    private static String quote(MatchResult match, Map<String, String> slots) {
        String value = slots.get(match.group(1));
        if (value == null) {
            throw new IllegalStateException("the page template has an unknown slot: " + match.group(1));
        }
        return Matcher.quoteReplacement(value);
    }

    private static String resource(String name) {
        try (InputStream in = open("dev/millrace/tools/report/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String path) throws IOException {
        InputStream in = HtmlReport.class.getClassLoader().getResourceAsStream(path);
        if (in == null) {
            throw new IOException("not on the class path: " + path);
        }
        return in;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
