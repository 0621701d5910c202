package dev.millrace.tools.server.dashboard;

import dev.millrace.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Pictures of the dashboard of a running server for the documentation, light and dark: {@code DashboardScreenshots URL FOLDER
 * [SECONDS]}. It looks on for those seconds first, 60 by default, so that the charts have something to show; {@code ./millrace
 * demo} gives the server something to do.
 */
final class DashboardScreenshots {
    private static final int WIDTH = 1280;
    private static final int TOP = 1_000;

    private DashboardScreenshots() {}

    public static void main(String[] arguments) throws IOException {
        URI address = URI.create(arguments[0]);
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        Duration wait = Duration.ofSeconds(arguments.length > 2 ? Integer.parseInt(arguments[2]) : 60);
        try (Chromium browser = Chromium.start()) {
            Page page = browser.page();
            page.look(WIDTH, TOP, 1, false);
            page.open(address);
            page.await("document.getElementById('link').dataset.state === 'live'");
            join(page);
            long end = System.nanoTime() + wait.toNanos();
            Await.until(wait.plusSeconds(5), () -> System.nanoTime() - end > 0, "the time is over");
            int height = page.value("document.documentElement.scrollHeight").asInt();
            for (boolean dark : new boolean[] {false, true}) {
                String name = dark ? "dark" : "light";
                page.look(WIDTH, height, 1, dark); // as high as the page, so that all of it is drawn
                settle(page);
                Files.write(folder.resolve("dashboard-" + name + ".png"), page.picture(0, 0, WIDTH, TOP));
                for (String section : new String[] {"queues", "flights", "room"}) {
                    Files.write(folder.resolve("dashboard-" + section + "-" + name + ".png"), section(page, section));
                }
            }
            page.look(360, 780, 2, false);
            settle(page);
            Files.write(folder.resolve("dashboard-narrow.png"), page.picture(0, 0, 360, 780));
            page.complaints().forEach(System.err::println);
        }
    }

    /** Somebody joins a room, so that there is something to see in it. */
    private static void join(Page page) {
        page.value("document.getElementById('join-name').value = 'Ada'");
        page.value("document.getElementById('join').requestSubmit()");
    }

    private static byte[] section(Page page, String id) {
        JsonNode box = page.value("(() => { const box = document.getElementById('" + id + "').getBoundingClientRect();"
                + " return { top: box.top + scrollY - 16, height: box.height + 32 }; })()");
        return page.picture(0, box.get("top").asInt(), WIDTH, box.get("height").asInt());
    }

    /** Until what came into view is drawn. */
    private static void settle(Page page) {
        page.value(
                "new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 1500))");
    }
}
