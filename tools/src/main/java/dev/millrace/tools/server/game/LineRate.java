package dev.millrace.tools.server.game;

/** A bucket of tokens: so many lines a second, and a burst at once. Confined to the thread that reads a connection's lines. */
final class LineRate {
    private final double perNano;
    private final int burst;
    private double tokens;
    private long then;
    private boolean refused;

    LineRate(int perSecond, int burst, long now) {
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.then = now;
    }

    /** Whether one more line may come now. */
    boolean takes(long now) {
        tokens = Math.min(burst, tokens + (now - then) * perNano);
        then = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        refused = false;
        return true;
    }

    /** Whether a refusal is the first since a line was taken: one is told of, so that a flood is not answered by a flood. */
    boolean isFirstRefusal() {
        boolean first = !refused;
        refused = true;
        return first;
    }
}
