package dev.millrace;

import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.Scan;
import dev.millrace.command.ScanPage;
import dev.millrace.connection.Node;
import dev.millrace.topology.Dispatch;
import dev.millrace.topology.SlotWalk;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the keys of every master, one master after the other. A cursor means something to the server that gave
 * it only: where another takes the place of a master, its part begins anew. Confined to one thread.
 */
final class KeyspaceIterator<T> implements Iterator<T> {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Scan<T> scan;
    private final Dispatch dispatch;
    private final long timeoutNanos;
    private final SlotWalk walk;
    private @Nullable Node master;
    private String cursor = Scan.START;
    private Iterator<T> page = Collections.emptyIterator();
    private boolean ended;

    /** @param timeoutNanos for each page, a failover on the way to it included */
    KeyspaceIterator(Scan<T> scan, Dispatch dispatch, long timeoutNanos) {
        this.scan = scan;
        this.dispatch = dispatch;
        this.timeoutNanos = timeoutNanos;
        this.walk = new SlotWalk(dispatch.topology());
    }

    @Override
    public boolean hasNext() {
        while (!ended && !page.hasNext()) {
            fetch(System.nanoTime() + timeoutNanos);
        }
        return page.hasNext();
    }

    private void fetch(long deadline) {
        if (master == null) {
            cursor = Scan.START;
            master = walk.next(deadline);
            ended = master == null;
        }
        while (master != null) {
            long left = deadline - System.nanoTime();
            try {
                take(dispatch.runOn(master, scan.next(cursor), left), deadline);
                return;
            } catch (MillraceException e) {
                awaitSuccessor(e, deadline);
            }
        }
    }

    private void take(@Nullable ScanPage<T> fetched, long deadline) {
        if (fetched == null || fetched.isLast()) {
            walk.shown(deadline);
            master = null;
        }
        if (fetched != null) {
            cursor = fetched.cursor();
            page = fetched.items().iterator();
        }
    }

    /** A master that does not answer may be replaced soon: looks for that until the deadline. */
    private void awaitSuccessor(MillraceException failure, long deadline) {
        Node silent = master;
        boolean unanswered = failure instanceof NotSent || failure instanceof OutcomeUnknown;
        if (silent == null || !(unanswered || (failure instanceof Rejected && silent.isClosed()))) {
            throw failure;
        }
        boolean replaceable = dispatch.topology().suspect(silent);
        if (walk.isOver(deadline)) {
            cursor = Scan.START;
            master = walk.next(deadline);
            ended = master == null;
            return;
        }
        if (!replaceable
                || deadline - System.nanoTime() <= PAUSE_NANOS
                || Thread.currentThread().isInterrupted()) {
            throw failure;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the scan is at its end");
        }
        return page.next();
    }
}
