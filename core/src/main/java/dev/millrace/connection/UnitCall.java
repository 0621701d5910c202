package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;

/** The call of a {@link Unit}: one place in the queue and in the FIFO, as many replies as it has commands. */
class UnitCall extends Call {
    private final Unit unit;

    UnitCall(Unit unit, Object waiter, long deadline) {
        super(waiter, unit.weight(), deadline);
        this.unit = unit;
    }

    @Override
    void encode(RespWriter writer) throws IOException {
        unit.encode(writer);
    }

    @Override
    void log(String node) {
        unit.log(node);
    }

    @Override
    String awaits() {
        return unit.awaits();
    }

    @Override
    int commands() {
        return unit.commandsOnWire();
    }

    @Override
    Received receive(RespReader reply) {
        return unit.receive(reply) ? answer(null) : Received.MORE;
    }

    @Override
    String describe() {
        return unit.describe();
    }
}
