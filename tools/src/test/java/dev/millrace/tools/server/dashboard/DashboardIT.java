package dev.millrace.tools.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.server.ServerFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** The dashboard in a real browser, where there is one. */
@EnabledIf(value = "hasBrowser", disabledReason = "there is no chromium on PATH (Debian: apt-get install chromium)")
final class DashboardIT {
    private static final int TAB = 9;
    private static final String CHART_POINTS =
            "Number(document.querySelector('[data-charts=client] canvas').dataset.points)";

    private static ServerFixture server;
    private static Chromium browser;

    static boolean hasBrowser() {
        return Chromium.program().isPresent();
    }

    @BeforeAll
    static void start() {
        server = ServerFixture.start();
        browser = Chromium.start();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    private static Page opened(int width) {
        Page page = browser.page();
        page.look(width, 900, 1, false);
        page.open(server.at("/"));
        return page;
    }

    @Test
    void charts_figuresCome_moveWithoutAComplaint() {
        Page page = opened(1280);
        page.await("document.getElementById('link').dataset.state === 'live'");
        page.await(CHART_POINTS + " > 0");
        int before = page.value(CHART_POINTS).asInt();

        page.await(CHART_POINTS + " > " + before);

        assertThat(page.value("Boolean(Chart.getChart(document.querySelector('[data-charts=client] canvas')))")
                        .asBoolean())
                .isTrue();
        assertThat(page.value("document.querySelector('[data-charts=client] canvas').getAttribute('aria-label')")
                        .asString())
                .startsWith("Commands and writes, last five minutes: commands ");
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void tab_fromTheTop_reachesTheMainControls() {
        Page page = opened(1280);
        page.await("document.getElementById('link').dataset.state === 'live'");
        List<String> reached = new ArrayList<>();

        for (int i = 0; i < 80 && !reached.contains("join-room"); i++) {
            page.press("Tab", TAB);
            JsonNode focused = page.value("document.activeElement.id || document.activeElement.className"
                    + " || document.activeElement.getAttribute('href') || document.activeElement.tagName");
            reached.add(focused.asString());
        }

        assertThat(reached).startsWith("skip").contains("#client", "#dead", "theme", "SUMMARY", "join-room");
        assertThat(page.value("getComputedStyle(document.activeElement).outlineStyle")
                        .asString())
                .isEqualTo("solid");
    }

    @Test
    void narrowScreen_ofAPhone_isOneColumnWithoutScrollingAcross() {
        Page page = opened(360);
        page.await(CHART_POINTS + " > 0");

        assertThat(page.value("document.documentElement.scrollWidth").asInt()).isEqualTo(360);
        assertThat(page.value("[...document.querySelectorAll('.grid')].every("
                                + "its => getComputedStyle(its).gridTemplateColumns.split(' ').length === 1)")
                        .asBoolean())
                .isTrue();
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void texts_thatLookLikeMarkup_stayTexts() {
        Page page = browser.page();
        page.answer("/openapi.json", 200, "application/json", """
                {"paths": {"/api/v2/flights": {"get": {}}, "/api/health": {"get": {}}, "/api/jobs/dead": {"get": {}},
                "/api/v2/journal/methods": {"get": {}}}}""");
        String markup = "<img src=x onerror=\\\"window.broken = true\\\">";
        page.answer("/api/v2/flights", 200, "application/json", "[{\"flight\": \"" + markup + "\", \"points\": 2}]");
        page.answer("/api/health", 200, "application/json", "{\"status\": \"" + markup + "\", \"cached\": true}");
        page.answer(
                "/api/jobs/dead",
                200,
                "application/json",
                "[{\"id\": \"" + markup + "\", \"error\": \"" + markup + "\"}]");
        page.answer(
                "/api/v2/journal/methods",
                200,
                "application/json",
                "[{\"method\": \"" + markup + "\", \"operations\": 1}]");

        page.look(1280, 900, 1, true);
        page.open(server.at("/"));
        page.await("document.querySelector('#flight-list .flights') && document.querySelector('#dead-jobs table')"
                + " && document.querySelector('#health button')");

        assertThat(page.value("document.querySelectorAll('main img').length").asInt())
                .isZero();
        assertThat(page.value("window.broken === undefined").asBoolean()).isTrue();
        assertThat(page.value("document.getElementById('dead-jobs').textContent")
                        .asString())
                .contains("<img src=x");
    }

    @Test
    void token_missing_isAskedForAndSent() {
        Page page = opened(800);
        page.answer("/openapi.json", 200, "application/json", "{\"paths\": {\"/api/rooms\": {\"post\": {}}}}");
        page.answer("/api/rooms", 401, "application/problem+json", "{\"detail\": \"this needs a token\"}");
        page.open(server.at("/"));
        page.value("document.getElementById('join').requestSubmit()");
        page.await("!document.getElementById('token-form').hidden");

        page.value("document.getElementById('token').value = 'a token'");
        page.value("document.getElementById('token-form').requestSubmit()");

        assertThat(page.value("sessionStorage.getItem('millrace.token')").asString())
                .isEqualTo("a token");
        assertThat(page.value("document.getElementById('token-form').hidden").asBoolean())
                .isTrue();
        assertThat(page.value("document.getElementById('room-said').textContent")
                        .asString())
                .isEqualTo("this needs a token");
    }
}
