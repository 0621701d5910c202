package dev.millrace;

import dev.millrace.command.Command;
import dev.millrace.command.Scan;
import dev.millrace.command.ScanPage;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Walks through a scan, one page at a time. Confined to one thread. */
final class ScanIterator<T> implements Iterator<T> {
    private final Scan<T> scan;
    private final Function<Command<ScanPage<T>>, @Nullable ScanPage<T>> runner;
    private @Nullable Iterator<T> page;
    private String cursor = Scan.START;
    private boolean last;

    ScanIterator(Scan<T> scan, Function<Command<ScanPage<T>>, @Nullable ScanPage<T>> runner) {
        this.scan = scan;
        this.runner = runner;
    }

    @Override
    public boolean hasNext() {
        while (page == null || !page.hasNext()) {
            if (last) {
                return false;
            }
            ScanPage<T> fetched = runner.apply(scan.next(cursor));
            if (fetched == null) {
                return false;
            }
            cursor = fetched.cursor();
            last = cursor.equals(Scan.START);
            page = fetched.items().iterator();
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the scan is at its end");
        }
        return Objects.requireNonNull(page).next();
    }
}
