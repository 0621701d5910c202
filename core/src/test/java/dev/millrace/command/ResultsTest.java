package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ResultsTest {
    @Test
    void poppedBytes_sameBytes_equal() {
        PoppedBytes<byte[]> one = new PoppedBytes<>(new byte[] {1}, new byte[] {2});
        PoppedBytes<byte[]> same = new PoppedBytes<>(new byte[] {1}, new byte[] {2});

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(one).isNotEqualTo(new PoppedBytes<>(new byte[] {1}, new byte[] {3}));
    }

    @Test
    void match_ends_includedInItsLength() {
        assertThat(new LcsMatches.Match(4, 7, 5, 8).length()).isEqualTo(4);
    }
}
