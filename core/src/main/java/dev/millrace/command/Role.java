package dev.millrace.command;

import java.util.ArrayList;
import java.util.List;

/** What a server is among others. */
public sealed interface Role {
    /**
     * A master.
     *
     * @param offset how many bytes of replication it has written
     * @param replicas who is connected to it
     */
    record Master(long offset, List<ConnectedReplica> replicas) implements Role {}

    /**
     * A replica.
     *
     * @param host where its master is
     * @param port where its master is
     * @param state {@code connect}, {@code connecting}, {@code sync} or {@code connected}
     * @param offset how many bytes of replication it has received; -1 for none
     */
    record Replica(String host, int port, String state, long offset) implements Role {}

    /**
     * A Sentinel.
     *
     * @param masters the names of those it watches
     */
    record Sentinel(List<String> masters) implements Role {}

    /**
     * A replica as its master sees it.
     *
     * @param host where it is
     * @param port where it is
     * @param offset how many bytes of replication it has acknowledged
     */
    record ConnectedReplica(String host, int port, long offset) {}

    /** Reads what ROLE answers. @throws UnexpectedReply if it is no role */
    static Role read(ReplyReader reply) {
        int fields = reply.readArray();
        String what = fields == 0 ? "" : String.valueOf(reply.readText());
        if (what.equals("master") && fields == 3) {
            long offset = reply.readLong();
            int count = reply.readArray();
            List<ConnectedReplica> replicas = new ArrayList<>(reply.capacity(count));
            for (int i = 0; i < count; i++) {
                Pairs.enter(reply, 3);
                String host = String.valueOf(reply.readText());
                int port = (int) reply.readLong();
                replicas.add(new ConnectedReplica(host, port, reply.readLong()));
            }
            return new Master(offset, replicas);
        }
        if (what.equals("slave") && fields == 5) {
            String host = String.valueOf(reply.readText());
            int port = (int) reply.readLong();
            String state = String.valueOf(reply.readText());
            return new Replica(host, port, state, reply.readLong());
        }
        if (what.equals("sentinel") && fields == 2) {
            return new Sentinel(Pairs.present(Decoders.TEXTS.decode(reply), reply));
        }
        throw new UnexpectedReply("wanted a role, the server answered an array of " + fields);
    }
}
