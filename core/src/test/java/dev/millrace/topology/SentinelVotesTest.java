package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connection.Endpoint;
import dev.millrace.topology.SentinelView.Peer;
import dev.millrace.topology.SentinelView.Replica;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SentinelVotesTest {
    private static final Endpoint.Tcp OLD = new Endpoint.Tcp("old", 6379, null);
    private static final Endpoint.Tcp NEW = new Endpoint.Tcp("new", 6379, null);
    private static final Endpoint.Tcp REPLICA = new Endpoint.Tcp("replica", 6379, null);

    private final SentinelVotes votes = new SentinelVotes(List.of(at(0), at(1)));

    private static Endpoint.Tcp at(int sentinel) {
        return new Endpoint.Tcp("sentinel" + sentinel, 26379, null);
    }

    /** What Sentinel {@code number} of {@code known} says. */
    private static SentinelView view(int number, int known, Endpoint.@Nullable Tcp master, long epoch) {
        List<Peer> others = IntStream.range(0, known)
                .filter(other -> other != number)
                .mapToObj(other -> new Peer("id" + other, at(other)))
                .toList();
        return new SentinelView("id" + number, at(number), master, epoch, List.of(), others);
    }

    @Test
    void candidates_majorityOfAllAgrees_areItsAddress() {
        votes.add(view(0, 3, OLD, 1));
        assertThat(votes.isDecided()).isFalse();
        votes.add(view(1, 3, OLD, 1));
        assertThat(votes.isDecided()).isTrue();
        assertThat(votes.candidates()).containsExactly(OLD);
    }

    @Test
    void candidates_noMajorityHasAnswered_areWhatMostSay() {
        votes.add(view(0, 5, OLD, 1));
        votes.add(view(1, 5, OLD, 1));
        assertThat(votes.isDecided()).isFalse();
        assertThat(votes.candidates()).containsExactly(OLD);
    }

    @Test
    void candidates_majorityAnswersAndDoesNotAgree_areNone() {
        votes.add(view(0, 3, OLD, 1));
        votes.add(view(1, 3, NEW, 1));
        assertThat(votes.candidates()).isEmpty();
        assertThat(votes.describe()).isEqualTo("old:6379 by 1, new:6379 by 1");
    }

    @Test
    void candidates_oneHasANewerConfiguration_beginWithIt() {
        votes.add(view(0, 3, OLD, 1));
        votes.add(view(1, 3, NEW, 2));
        votes.add(view(2, 3, OLD, 1));
        assertThat(votes.isDecided()).isTrue();
        assertThat(votes.candidates()).containsExactly(NEW, OLD);
    }

    @Test
    void candidates_epochsUnknown_areDecidedByVotesAlone() {
        votes.add(view(0, 3, OLD, 0));
        votes.add(view(1, 3, NEW, 0));
        votes.add(view(2, 3, NEW, 0));
        assertThat(votes.candidates()).containsExactly(NEW);
    }

    @Test
    void candidates_someKnowNoMasterOfThatName_areNamedByTheOthers() {
        votes.add(view(0, 3, null, 0));
        assertThat(votes.isMasterKnown()).isFalse();
        votes.add(view(1, 3, NEW, 1));
        votes.add(view(2, 3, NEW, 1));
        assertThat(votes.isMasterKnown()).isTrue();
        assertThat(votes.candidates()).containsExactly(NEW);
    }

    @Test
    void add_sentinelReachedByTwoAddresses_hasOneVoteAndIsAskedByItsSeed() {
        SentinelView bySeed = view(0, 3, OLD, 1);
        Endpoint.Tcp alias = new Endpoint.Tcp("10.0.0.1", 26379, null);
        votes.add(new SentinelView("id0", alias, OLD, 1, List.of(), bySeed.others()));
        votes.add(bySeed);
        assertThat(votes.answered()).isEqualTo(1);
        assertThat(votes.isDecided()).isFalse();
        assertThat(votes.learned()).containsExactly(at(2));
    }

    @Test
    void learned_thoseThatOthersNameAndThoseThatAnswered_areAskedAgain() {
        votes.add(view(0, 4, OLD, 1));
        votes.add(view(3, 4, OLD, 1));
        assertThat(votes.learned()).containsExactlyInAnyOrder(at(2), at(3));
    }

    @Test
    void replicasOf_thoseThatMostFindUsable_withoutTheMaster() {
        Endpoint.Tcp doubtful = new Endpoint.Tcp("doubtful", 6379, null);
        for (int i = 0; i < 3; i++) {
            boolean usable = i == 0;
            votes.add(new SentinelView(
                    "id" + i,
                    at(i),
                    NEW,
                    1,
                    List.of(new Replica(REPLICA, i != 2), new Replica(doubtful, usable), new Replica(NEW, true)),
                    List.of()));
        }
        assertThat(votes.replicasOf(NEW)).containsExactly(REPLICA);
        assertThat(votes.replicasOf(OLD)).isEmpty();
    }
}
