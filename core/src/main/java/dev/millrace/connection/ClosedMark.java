package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;

/** The call that stands for a closed queue; it is compared by identity and never run. */
final class ClosedMark extends Call {
    ClosedMark() {
        super(Thread.currentThread(), 0, Long.MAX_VALUE);
    }

    @Override
    void encode(RespWriter writer) {
        throw new AssertionError("the mark of a closed queue was taken for a call");
    }

    @Override
    int commands() {
        return 0;
    }

    @Override
    Received receive(RespReader reply) {
        throw new AssertionError("the mark of a closed queue was taken for a call");
    }

    @Override
    String describe() {
        return "closed";
    }
}
