package dev.millrace.cache.sql;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.CodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Results as bytes:
 *
 * <pre>
 *   version          1 byte: 1
 *   columns          varint, then each name: its length as a varint, UTF-8
 *   rows             varint, then each row: a {@link TypedValue} per column
 * </pre>
 *
 * <p>Reading believes no number that the bytes that are left could not bear out, so that what it allocates is bounded by
 * some fifty times their size.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the adder is
final class RowCodec implements Codec<Rows> {
    private static final int VERSION = 1;

    private final int maxRows;
    private final int maxBytes;
    private final LongAdder tooLarge = new LongAdder();

    /**
     * A codec that refuses to write what is larger.
     *
     * @param maxRows the most rows
     * @param maxBytes the most bytes
     */
    RowCodec(int maxRows, int maxBytes) {
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
    }

    /** How many results were larger than the limits. */
    long tooLarge() {
        return tooLarge.sum();
    }

    @Override
    public byte[] encode(Rows value) {
        List<String> names = value.columns().names();
        if (names.isEmpty()) {
            throw new CodecException("a result without columns can't be written");
        }
        if (value.rows().size() > maxRows) {
            throw tooLarge("a result of " + value.rows().size() + " rows is larger than the limit of " + maxRows);
        }
        ByteSink sink = new ByteSink(maxBytes);
        sink.put(VERSION);
        sink.varint(names.size());
        names.forEach(name -> sink.counted(Codec.strings().encode(name)));
        sink.varint(value.rows().size());
        for (Row row : value.rows()) {
            for (Object held : row.values()) {
                TypedValue.write(sink, held);
            }
            if (sink.isFull()) {
                break;
            }
        }
        if (sink.isFull()) {
            throw tooLarge(
                    "a result of " + value.rows().size() + " rows is larger than the limit of " + maxBytes + " bytes");
        }
        return sink.toBytes();
    }

    private CodecException tooLarge(String how) {
        tooLarge.increment();
        return new CodecException(how);
    }

    @Override
    public Rows decode(byte[] bytes) {
        ByteSource source = new ByteSource(bytes);
        int version = source.one();
        if (version != VERSION) {
            throw new CodecException("a result is of version " + version + "; this reader knows " + VERSION);
        }
        Columns columns = columns(source);
        int width = columns.names().size();
        int count = source.count();
        if ((long) count * width > source.left()) {
            throw new CodecException("a result speaks of " + count + " rows of " + width + " columns where "
                    + source.left() + " bytes are left");
        }
        List<Row> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            @Nullable Object[] values = new @Nullable Object[width];
            for (int column = 0; column < width; column++) {
                values[column] = TypedValue.read(source);
            }
            rows.add(new Row(columns, values));
        }
        if (source.left() > 0) {
            throw new CodecException("a result has " + source.left() + " bytes behind its end");
        }
        return new Rows(columns, rows);
    }

    private static Columns columns(ByteSource source) {
        int count = source.count();
        if (count == 0) {
            throw new CodecException("a result has no columns");
        }
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(Codec.strings().decode(source.counted()));
        }
        return new Columns(names);
    }
}
