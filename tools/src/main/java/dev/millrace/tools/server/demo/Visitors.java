package dev.millrace.tools.server.demo;

import java.util.List;

/** Pages that ask the same over and over, which the server answers from memory. Immutable. */
final class Visitors implements Actor {
    private static final int VISITORS = 4;

    Visitors() {}

    @Override
    public String name() {
        return "cached answers";
    }

    @Override
    public List<String> needs() {
        return List.of("GET /api/health", "GET /api/integrations/status");
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        stage.atOnce(name(), java.util.Collections.nCopies(VISITORS, () -> visit(stage)));
    }

    private void visit(Stage stage) throws InterruptedException {
        while (stage.pace().rest(150)) {
            Caller.Answer unused = stage.caller().get(name(), "/api/integrations/status");
            unused = stage.caller().get(name(), "/api/health");
        }
    }
}
