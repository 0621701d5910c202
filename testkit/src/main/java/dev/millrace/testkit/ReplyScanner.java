package dev.millrace.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds where replies end in a stream of RESP2 or RESP3 that arrives in pieces of any size.
 *
 * <p>It keeps no bytes, only where it stands: inside a line, so many bytes before the end of a bulk value, and for each
 * open aggregate how many elements are missing. Attributes ({@code |}) belong to the reply they precede. Streamed
 * strings and aggregates are followed too. A byte that can't start an element makes it {@link #isLost lost} for good
 * (TLS looks like that): from then on everything is one frame that never ends.
 *
 * <p>Confined to whoever delivers the direction.
 */
final class ReplyScanner {

    private static final int AT_TYPE = 0;
    private static final int IN_LINE = 1;
    private static final int IN_BODY = 2;
    private static final int LOST = 3;
    private static final long UNTIL_END_MARK = Long.MAX_VALUE;

    private int state = AT_TYPE;
    private byte type;
    private long number;
    private boolean negative;
    private boolean streamed;
    private long bodyLeft;
    private long[] missing = new long[8];
    private int depth;
    private boolean inFrame;
    private boolean push;

    /** Whether the next byte begins a new reply or push. */
    boolean isBetweenFrames() {
        return !inFrame;
    }

    /** Whether a reply or a push can begin with this byte. */
    static boolean canBegin(byte first) {
        return "+-:$*_#,(!=%~>|".indexOf(first) >= 0;
    }

    /** Whether the present frame, or the one just ended, is a push message. */
    boolean isPush() {
        return push;
    }

    boolean isLost() {
        return state == LOST;
    }

    /**
     * Goes on until the present frame ends or the bytes do.
     *
     * @return the index after the last byte looked at; {@link #isBetweenFrames} tells whether a frame ended there
     */
    int advance(ByteBuffer bytes, int from, int limit) {
        int at = from;
        while (at < limit) {
            switch (state) {
                case AT_TYPE -> {
                    begin(bytes.get(at));
                    at++;
                }
                case IN_LINE -> at = line(bytes, at, limit);
                case IN_BODY -> {
                    long step = Math.min(bodyLeft, limit - at);
                    bodyLeft -= step;
                    at += (int) step;
                    if (bodyLeft == 0) {
                        elementEnded();
                    }
                }
                default -> {
                    return limit;
                }
            }
            if (!inFrame) {
                return at;
            }
        }
        return at;
    }

    private void begin(byte first) {
        if (!inFrame) {
            inFrame = true;
            push = first == '>';
        }
        type = first;
        number = 0;
        negative = false;
        streamed = false;
        state = canBegin(first) || first == ';' || first == '.' ? IN_LINE : LOST;
    }

    private int line(ByteBuffer bytes, int from, int limit) {
        for (int at = from; at < limit; at++) {
            byte next = bytes.get(at);
            if (next == '\n') {
                lineEnded();
                return at + 1;
            } else if (next >= '0' && next <= '9') {
                number = number * 10 + (next - '0');
            } else if (next == '-') {
                negative = true;
            } else if (next == '?') {
                streamed = true;
            }
        }
        return limit;
    }

    private void lineEnded() {
        state = AT_TYPE;
        switch (type) {
            case '$', '!', '=' -> {
                if (streamed) {
                    open(UNTIL_END_MARK);
                } else if (negative) {
                    elementEnded();
                } else {
                    body();
                }
            }
            case ';' -> {
                if (number == 0) {
                    closeStreamed();
                } else {
                    body();
                }
            }
            case '.' -> closeStreamed();
            case '*', '~', '>' -> aggregate(1, 0);
            case '%' -> aggregate(2, 0);
            // The reply that an attribute precedes counts as one more of its elements.
            case '|' -> aggregate(2, 1);
            default -> elementEnded();
        }
    }

    private void body() {
        bodyLeft = number + 2;
        state = bodyLeft < 0 ? LOST : IN_BODY;
    }

    private void aggregate(int elementsEach, int more) {
        if (streamed) {
            open(UNTIL_END_MARK);
        } else if (negative || (number == 0 && more == 0)) {
            elementEnded();
        } else if (number < 0 || number > Integer.MAX_VALUE) {
            state = LOST;
        } else {
            open(number * elementsEach + more);
        }
    }

    private void open(long elements) {
        if (depth == missing.length) {
            missing = Arrays.copyOf(missing, depth * 2);
        }
        missing[depth] = elements;
        depth++;
    }

    private void closeStreamed() {
        if (depth == 0 || missing[depth - 1] != UNTIL_END_MARK) {
            state = LOST;
            return;
        }
        depth--;
        elementEnded();
    }

    private void elementEnded() {
        state = AT_TYPE;
        while (depth > 0) {
            if (missing[depth - 1] == UNTIL_END_MARK) {
                return;
            }
            missing[depth - 1]--;
            if (missing[depth - 1] > 0) {
                return;
            }
            depth--;
        }
        inFrame = false;
    }
}
