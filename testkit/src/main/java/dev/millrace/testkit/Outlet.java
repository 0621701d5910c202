package dev.millrace.testkit;

import dev.millrace.testkit.ReplyFaults.Fate;
import dev.millrace.testkit.ReplyFaults.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The end of one direction of a connection: counts replies and applies the faults that concern single ones.
 *
 * <p>Not thread-safe; guarded by the lock of its {@link Flow}.
 */
final class Outlet {

    private final Backlog backlog;
    private final Direction direction;
    private final FaultProxy proxy;
    private final ReplyScanner scanner = new ReplyScanner();
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
    private Verdict verdict = Verdict.PASS;
    private long frameBytes;
    private boolean muted;

    Outlet(Backlog backlog, Direction direction, FaultProxy proxy) {
        this.backlog = backlog;
        this.direction = direction;
        this.proxy = proxy;
    }

    /** Delivers nothing more; for a direction that has been closed while its source still talks. */
    void mute() {
        muted = true;
    }

    /**
     * Writes the bytes, or what the faults leave of them.
     *
     * @return false if a fault wants the connection cut after what has been written
     */
    boolean deliver(ByteBuffer bytes) throws IOException {
        if (direction == Direction.TO_SERVER) {
            write(bytes);
        } else if (!proxy.replyFaults().isAnyArmed() && verdict.fate() == Fate.PASS) {
            countReplies(bytes);
            write(bytes);
        } else {
            return deliverFrames(bytes);
        }
        return true;
    }

    private void countReplies(ByteBuffer bytes) {
        int limit = bytes.limit();
        int replies = 0;
        int at = bytes.position();
        while (at < limit) {
            at = scanner.advance(bytes, at, limit);
            if (scanner.isBetweenFrames() && !scanner.isPush()) {
                replies++;
            }
        }
        if (replies > 0) {
            proxy.counters().repliesPassed.add(replies);
        }
    }

    private boolean deliverFrames(ByteBuffer bytes) throws IOException {
        int limit = bytes.limit();
        int at = bytes.position();
        while (at < limit) {
            if (scanner.isBetweenFrames()) {
                byte first = bytes.get(at);
                // What is not RESP passes untouched, and leaves the fault armed for a connection that is.
                verdict = ReplyScanner.canBegin(first) ? proxy.replyFaults().next(first == '>') : Verdict.PASS;
                frameBytes = 0;
                copy.reset();
            }
            int end = scanner.advance(bytes, at, limit);
            if (scanner.isLost()) {
                verdict = Verdict.PASS;
            }
            if (!deliverPart(bytes.duplicate().position(at).limit(end))) {
                return false;
            }
            at = end;
            if (scanner.isBetweenFrames() && !frameEnded()) {
                return false;
            }
        }
        return true;
    }

    /** Returns false when the cut falls into this part. */
    private boolean deliverPart(ByteBuffer part) throws IOException {
        switch (verdict.fate()) {
            case PASS -> write(part);
            case DROP -> {}
            case DUPLICATE -> {
                byte[] bytes = new byte[part.remaining()];
                part.duplicate().get(bytes);
                copy.writeBytes(bytes);
                write(part);
            }
            case CUT -> {
                long left = verdict.cutAfter() - frameBytes;
                frameBytes += part.remaining();
                if (part.remaining() >= left) {
                    part.limit(part.position() + (int) left);
                    write(part);
                    return false;
                }
                write(part);
            }
        }
        return true;
    }

    /** Returns false when the cut comes after this frame. */
    private boolean frameEnded() throws IOException {
        Fate fate = verdict.fate();
        verdict = Verdict.PASS;
        int passed = fate == Fate.DROP ? 0 : 1;
        if (fate == Fate.DUPLICATE) {
            write(ByteBuffer.wrap(copy.toByteArray()));
            copy.reset();
            passed = 2;
        }
        if (!scanner.isPush()) {
            proxy.counters().repliesPassed.add(passed);
        }
        return fate != Fate.CUT;
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (!muted) {
            backlog.write(bytes);
        }
    }
}
