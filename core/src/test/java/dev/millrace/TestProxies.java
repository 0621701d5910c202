package dev.millrace;

import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * A proxy before each master of a {@link TestDeployment}, with the faults of {@link FaultProxy}: each meets all of them,
 * and what waits for a reply waits for one at each. A test that talks to one server only has one proxy, in effect.
 *
 * <p>Thread-safe.
 */
public final class TestProxies implements AutoCloseable {
    private final Map<Integer, FaultProxy> byPort = new LinkedHashMap<>();

    TestProxies(List<RedisServer> masters) {
        masters.forEach(master -> byPort.put(master.port(), FaultProxy.to(master)));
    }

    /** The port at which a server with this port is reached. */
    int portFor(int port) {
        FaultProxy proxy = byPort.get(port);
        return proxy == null ? port : proxy.port();
    }

    /** Where the first is reached. */
    public String url() {
        return byPort.values().iterator().next().url();
    }

    String[] seeds() {
        return byPort.values().stream().map(FaultProxy::url).toArray(String[]::new);
    }

    private void each(Consumer<FaultProxy> action) {
        byPort.values().forEach(action);
    }

    private long sum(ToLongFunction<FaultProxy> count) {
        return byPort.values().stream().mapToLong(count).sum();
    }

    public void roundTrip(Duration added) {
        each(proxy -> proxy.roundTrip(added));
    }

    public void cut() {
        each(FaultProxy::cut);
    }

    public void reset() {
        each(FaultProxy::reset);
    }

    public void halfClose(Direction direction) {
        each(proxy -> proxy.halfClose(direction));
    }

    public void freeze() {
        each(FaultProxy::freeze);
    }

    public void freeze(Direction direction) {
        each(proxy -> proxy.freeze(direction));
    }

    public void stopReading(Direction direction) {
        each(proxy -> proxy.stopReading(direction));
    }

    public void thaw() {
        each(FaultProxy::thaw);
    }

    public void splitEveryByte(boolean split) {
        each(proxy -> proxy.splitEveryByte(split));
    }

    public void cutMidReply(long afterBytes) {
        each(proxy -> proxy.cutMidReply(afterBytes));
    }

    public void dropReply(long nth) {
        each(proxy -> proxy.dropReply(nth));
    }

    public void duplicateReply(long nth) {
        each(proxy -> proxy.duplicateReply(nth));
    }

    public void refuse(boolean refuse) {
        each(proxy -> proxy.refuse(refuse));
    }

    public void stallAccept(boolean stall) {
        each(proxy -> proxy.stallAccept(stall));
    }

    public void heal() {
        each(FaultProxy::heal);
    }

    public long connectionsAccepted() {
        return sum(FaultProxy::connectionsAccepted);
    }

    public void awaitNoConnections(Duration deadline) {
        each(proxy -> proxy.awaitNoConnections(deadline));
    }

    @Override
    public void close() {
        each(FaultProxy::close);
    }
}
