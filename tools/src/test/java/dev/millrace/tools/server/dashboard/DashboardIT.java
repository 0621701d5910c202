package dev.millrace.tools.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.server.ServerFixture;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The dashboard in a real browser, where there is one. */
@EnabledIf(value = "hasBrowser", disabledReason = "there is no chromium on PATH (Debian: apt-get install chromium)")
final class DashboardIT {
    private static final int TAB = 9;
    private static final String CHART_POINTS =
            "Number(document.querySelector('[data-charts=client] canvas').dataset.points)";

    private static ServerFixture server;
    private static Chromium browser;
    private static Page page;

    static boolean hasBrowser() {
        return Chromium.program().isPresent();
    }

    @BeforeAll
    static void start() {
        server = ServerFixture.start();
        browser = Chromium.start();
        page = browser.page();
        page.open(server.at("/"));
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    /** The page on a window of some width, loaded once for all tests that only look at it. */
    private static void show(int width) {
        page.look(width, 900, 1, false);
        page.await(CHART_POINTS + " > 0");
    }

    @Test
    void charts_figuresCome_moveWithoutAComplaint() {
        show(1280);
        page.await("document.getElementById('link').dataset.state === 'live'");
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
        show(1280);
        page.value("""
                window.reached = [];
                document.addEventListener('focusin', ({ target }) => reached.push(
                    target.id || target.className || target.getAttribute('href') || target.tagName))""");

        for (int i = 0; i < 120; i++) {
            page.press("Tab", TAB);
        }

        List<String> reached =
                page.value("reached").valueStream().map(its -> its.asString("")).toList();
        assertThat(reached)
                .startsWith("skip")
                .contains("#client", "#dead", "theme", "SUMMARY", "join-room", "join-name");
        page.press("Tab", TAB);
        page.value("document.getElementById('theme').focus()"); // by the keyboard, as what was focused before was
        assertThat(page.value("getComputedStyle(document.activeElement).outlineStyle")
                        .asString())
                .isEqualTo("solid");
    }

    @Test
    void narrowScreen_ofAPhone_isOneColumnWithoutScrollingAcross() {
        show(360);

        page.await("document.documentElement.scrollWidth === 360"); // charts follow a moment after the window
        assertThat(page.value("[...document.querySelectorAll('.grid')].every("
                                + "its => getComputedStyle(its).gridTemplateColumns.split(' ').length === 1)")
                        .asBoolean())
                .isTrue();
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void texts_thatLookLikeMarkup_stayTexts() {
        Page answered = browser.page();
        answered.answer("/openapi.json", 200, "application/json", """
                {"paths": {"/api/v2/flights": {"get": {}}, "/api/health": {"get": {}}, "/api/jobs/dead": {"get": {}},
                "/api/v2/journal/methods": {"get": {}}}}""");
        String markup = "<img src=x onerror=\\\"window.broken = true\\\">";
        answered.answer(
                "/api/v2/flights", 200, "application/json", "[{\"flight\": \"" + markup + "\", \"points\": 2}]");
        answered.answer("/api/health", 200, "application/json", "{\"status\": \"" + markup + "\", \"cached\": true}");
        answered.answer(
                "/api/jobs/dead",
                200,
                "application/json",
                "[{\"id\": \"" + markup + "\", \"error\": \"" + markup + "\"}]");
        answered.answer(
                "/api/v2/journal/methods",
                200,
                "application/json",
                "[{\"method\": \"" + markup + "\", \"operations\": 1}]");

        answered.look(1280, 900, 1, true);
        answered.open(server.at("/"));
        answered.await("document.querySelector('#flight-list .flights') && document.querySelector('#dead-jobs table')"
                + " && document.querySelector('#health button')");

        assertThat(answered.value("document.querySelectorAll('main img').length")
                        .asInt())
                .isZero();
        assertThat(answered.value("window.broken === undefined").asBoolean()).isTrue();
        assertThat(answered.value("document.getElementById('dead-jobs').textContent")
                        .asString())
                .contains("<img src=x");
        answered.close();
    }

    @Test
    void deadJob_replayedByClick_isTriedOnceItIsConfirmed() {
        server.post("/api/jobs", "{\"type\":\"fail\",\"id\":\"clicked\"}").is(202);
        try (Page own = browser.page()) {
            own.look(1280, 900, 1, false);
            own.open(server.at("/"));
            String replay = "document.querySelector('[aria-label=\"Replay clicked\"]')";
            own.await("document.getElementById('link').dataset.state === 'live'");
            own.await(replay + " !== null"); // it has died, and the figures have said so

            own.value(replay + ".click()");
            own.await("document.getElementById('confirm').open");
            own.value("document.querySelector('#confirm [value=no]').click()");
            own.await("!document.getElementById('confirm').open");
            assertThat(own.value("document.getElementById('dead-said').textContent")
                            .asString())
                    .isEmpty();

            own.value(replay + ".click()");
            own.await("document.getElementById('confirm').open");
            own.value("document.getElementById('confirm-yes').click()");
            own.await("document.getElementById('dead-said').textContent === '1 replayed.'");
            assertThat(own.complaints()).isEmpty();
        }
    }

    @Test
    void room_joinedAndVotedInByClick_showsWhatOthersDoToo() {
        try (Page own = browser.page()) {
            own.look(1280, 900, 1, false);
            own.open(server.at("/"));
            own.value("document.getElementById('join-room').value = 'by-click'");
            own.value("document.getElementById('join').requestSubmit()");
            own.await("document.getElementById('room-name').textContent === 'by-click, 1 listening'");
            own.value("document.getElementById('play-track').value = 'So What'");
            own.value("document.getElementById('play').requestSubmit()");
            own.await("document.getElementById('playing').textContent === 'So What'");

            server.post("/api/rooms/by-click/listeners", "{\"listener\":\"ada\"}")
                    .is(200);
            own.await("document.getElementById('room-name').textContent === 'by-click, 2 listening'");
            own.value("document.getElementById('vote').click()");
            own.await("document.getElementById('components').textContent.includes('votes')"
                    + " && document.getElementById('room-said').textContent.length > 0");
            own.value("document.getElementById('leave').click()");
            own.await("document.getElementById('room-name').textContent === 'No room yet'");

            assertThat(own.value("document.getElementById('vote').disabled").asBoolean())
                    .isTrue();
            assertThat(own.complaints()).isEmpty();
        }
    }

    @Test
    void stream_interrupted_isPolledForAndThenToldAsLost() {
        Page answered = browser.page();
        answered.answer("/api/dashboard/events", 503, "text/plain", "");
        answered.answer("/api/dashboard", 200, "application/json", "{\"client\": {\"commandsPerSecond\": 12}}");
        answered.open(server.at("/"));
        answered.await("document.getElementById('link').dataset.state === 'polling'");
        answered.await(CHART_POINTS + " > 1");

        answered.answer("/api/dashboard", 503, "text/plain", "");
        answered.await("document.getElementById('link').dataset.state === 'lost'");

        assertThat(answered.value("document.getElementById('notice').hidden").asBoolean())
                .isFalse();
        assertThat(answered.value("document.getElementById('notice').textContent")
                        .asString())
                .startsWith("Not connected");
        answered.close();
    }

    @Test
    void token_missing_isAskedForAndSent() {
        Page answered = browser.page();
        answered.answer("/openapi.json", 200, "application/json", "{\"paths\": {\"/api/rooms\": {\"post\": {}}}}");
        answered.answer("/api/rooms", 401, "application/problem+json", "{\"detail\": \"this needs a token\"}");
        answered.open(server.at("/"));
        answered.value("document.getElementById('join').requestSubmit()");
        answered.await("!document.getElementById('token-form').hidden");

        answered.value("document.getElementById('token').value = 'a token'");
        answered.value("document.getElementById('token-form').requestSubmit()");

        assertThat(answered.value("sessionStorage.getItem('millrace.token')").asString())
                .isEqualTo("a token");
        assertThat(answered.value("document.getElementById('token-form').hidden")
                        .asBoolean())
                .isTrue();
        assertThat(answered.value("document.getElementById('room-said').textContent")
                        .asString())
                .isEqualTo("this needs a token");
        answered.close();
    }
}
