package dev.millrace.tools.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Bodies of requests: none larger than the server takes, whatever their headers say. Stateless. */
public final class Bodies {
    static final String LIMIT = "millrace.body.limit";

    private Bodies() {}

    /**
     * The whole body.
     *
     * @throws Problem 413 if it is too large
     */
    public static byte[] bytes(Context context) {
        try (InputStream in = stream(context)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body as it comes; reading beyond the limit throws a {@link Problem} (413). */
    public static InputStream stream(Context context) {
        long limit = limit(context);
        if (context.req().getContentLengthLong() > limit) {
            throw Problem.tooLarge(limit);
        }
        return new Limited(context.bodyInputStream(), limit);
    }

    /** How many bytes a body may have. */
    public static long limit(Context context) {
        Long limit = context.attribute(LIMIT);
        return limit == null ? Long.MAX_VALUE : limit;
    }

    /** Something unpacked out of a body, which may not have more bytes than this; beyond it reading throws a {@link Problem}. */
    public static InputStream limited(InputStream in, long limit) {
        return new Limited(in, limit);
    }

    /** Counts what is read. Confined to one thread. */
    private static final class Limited extends InputStream {
        private final InputStream in;
        private final long limit;
        private long count;

        Limited(InputStream in, long limit) {
            this.in = in;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            if (read >= 0) {
                count(1);
            }
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = in.read(bytes, from, length);
            if (read > 0) {
                count(read);
            }
            return read;
        }

        private void count(int read) {
            count += read;
            if (count > limit) {
                throw Problem.tooLarge(limit);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
