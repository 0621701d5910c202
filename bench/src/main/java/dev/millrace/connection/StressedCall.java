package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;

/** A call for the stress tests: never encoded, with one plain field that only safe publication makes visible. */
final class StressedCall extends Call {
    int plain;

    StressedCall() {
        super(Thread.currentThread(), 1, Long.MAX_VALUE / 2);
    }

    @Override
    void encode(RespWriter writer) {
        throw new AssertionError("never encoded");
    }

    @Override
    int commands() {
        return 1;
    }

    @Override
    Received receive(RespReader reply) {
        throw new AssertionError("never answered");
    }

    @Override
    String describe() {
        return "call";
    }
}
