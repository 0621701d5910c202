package dev.millrace.testkit;

import dev.millrace.testkit.ReplyFaults.Fate;
import dev.millrace.testkit.ReplyFaults.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The end of one direction: writes to the receiving socket and applies the faults that concern single bytes and
 * replies.
 *
 * <p>Confined to whoever delivers the direction at the moment: its reader or its deliverer, never both (see {@link
 * DelayLine#isEmpty}). {@link #mute} may come from any thread.
 */
final class Outlet {

    private final SocketChannel target;
    private final Direction direction;
    private final FaultProxy proxy;
    private final Runnable cutLink;
    private final ReplyScanner scanner = new ReplyScanner();
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
    private Verdict verdict = Verdict.PASS;
    private long frameBytes;
    private volatile boolean muted;

    Outlet(SocketChannel target, Direction direction, FaultProxy proxy, Runnable cutLink) {
        this.target = target;
        this.direction = direction;
        this.proxy = proxy;
        this.cutLink = cutLink;
    }

    /** Delivers nothing more; for a direction that has been closed while its source still talks. */
    void mute() {
        muted = true;
    }

    void deliver(ByteBuffer bytes) throws IOException {
        if (direction == Direction.TO_SERVER) {
            write(bytes);
        } else if (!proxy.replyFaults().isAnyArmed() && verdict.fate() == Fate.PASS) {
            countReplies(bytes);
            write(bytes);
        } else {
            deliverFrames(bytes);
        }
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

    private void deliverFrames(ByteBuffer bytes) throws IOException {
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
                return;
            }
            at = end;
            if (scanner.isBetweenFrames()) {
                frameEnded();
            }
        }
    }

    /** Returns false when the part cut the connection. */
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
                    cutLink.run();
                    return false;
                }
                write(part);
            }
        }
        return true;
    }

    private void frameEnded() throws IOException {
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
        if (fate == Fate.CUT) {
            cutLink.run();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        if (muted) {
            return;
        }
        int length = bytes.remaining();
        if (proxy.isSplitting()) {
            int end = bytes.limit();
            for (int at = bytes.position(); at < end; at++) {
                writeFully(bytes.limit(at + 1));
            }
        } else {
            writeFully(bytes);
        }
        proxy.counters().addBytes(direction, length);
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }
}
