package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;

/** A call that is never encoded: a number to tell it from others, and a weight. */
final class NumberedCall extends Call {
    final int number;

    NumberedCall(int number, int weight) {
        this(number, weight, Thread.currentThread(), Long.MAX_VALUE / 2);
    }

    NumberedCall(int number, int weight, Object waiter, long deadline) {
        super(waiter, weight, deadline);
        this.number = number;
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
        return "call " + number;
    }
}
