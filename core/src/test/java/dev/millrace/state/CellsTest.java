package dev.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of memory when Redis was asked for a record, and changes of it are under way meanwhile. */
class CellsTest {
    private static final LongField RANK = Field.ofLong("rk").critical();

    private final Cells cells = new Cells(new Schema(List.of(RANK), null, List.of()));

    private static RecordData stored(long version, long rank) {
        return new RecordData(version, 1, "", 1, new long[] {rank}, new Object[0]);
    }

    private void write(long rank, long version) {
        cells.set(0, rank);
        assertThat(cells.landed(cells.cut(null), null, version)).isTrue();
    }

    @Test
    void merge_ofAnAnswerThatIsOlderThanAWriteOfOurs_isNoForgottenChange() {
        write(1, 4);
        long known = cells.version();
        write(2, 5); // while the answer is on its way
        assertThat(cells.merge(stored(4, 1), 1, known, true)).isFalse();
        assertThat(cells.isDirty()).isFalse(); // or it would go over what others have changed since
        assertThat(cells.number(0)).isEqualTo(2);
        assertThat(cells.epoch()).isZero();
        assertThat(cells.merge(stored(5, 2), 1, cells.version(), true)).isTrue();
        assertThat(cells.epoch()).isEqualTo(1);
    }

    @Test
    void merge_ofLessThanWasKnownBefore_writesOursAgain() {
        write(1, 4);
        write(2, 5);
        assertThat(cells.merge(stored(4, 1), 1, 5, true)).isTrue();
        assertThat(cells.isDirty()).isTrue();
        assertThat(cells.number(0)).isEqualTo(2);
        assertThat(cells.version()).isEqualTo(4);
    }

    @Test
    void merge_ofLessThanWasKnownBefore_takesWhatRedisHasOfAnothersRecord() {
        write(2, 5);
        assertThat(cells.merge(stored(4, 1), 1, 5, false)).isTrue();
        assertThat(cells.isDirty()).isFalse();
        assertThat(cells.number(0)).isEqualTo(1);
    }

    @Test
    void merge_inTheSameEpoch_finds_whatWasForgotten_andPassesOverWhatIsOld() {
        write(2, 5);
        assertThat(cells.merge(stored(4, 1), 0, 4, true)).isTrue();
        assertThat(cells.number(0)).isEqualTo(2);
        assertThat(cells.version()).isEqualTo(5);
        assertThat(cells.merge(stored(4, 1), 0, 5, true)).isTrue();
        assertThat(cells.version()).isEqualTo(4);
        assertThat(cells.isDirty()).isTrue();
    }

    @Test
    void landed_afterAnEpochBegan_saysSo() {
        write(1, 4);
        cells.set(0, 2);
        Cells.Cut cut = cells.cut(null);
        assertThat(cells.merge(stored(4, 1), 1, 4, true)).isTrue();
        assertThat(cells.landed(cut, null, 5)).isFalse();
        assertThat(cells.version()).isEqualTo(5);
    }

    @Test
    void landed_belowALaterChangeOfAnother_leavesThatInMemory() {
        write(1, 4);
        cells.set(0, 2);
        Cells.Cut cut = cells.cut(null);
        assertThat(cells.apply(4, stored(5, 2))).isEqualTo(Cells.Applied.DONE); // our own, told by the stream
        assertThat(cells.apply(5, stored(6, 9))).isEqualTo(Cells.Applied.DONE);
        assertThat(cells.number(0)).isEqualTo(2); // it could still be that ours is not in Redis
        assertThat(cells.landed(cut, null, 5)).isTrue();
        assertThat(cells.number(0)).isEqualTo(9);
        assertThat(cells.isDirty()).isFalse();
        assertThat(cells.version()).isEqualTo(6);
    }

    @Test
    void landed_belowALaterChange_leavesWhatWasSetSince() {
        write(1, 4);
        cells.set(0, 2);
        Cells.Cut cut = cells.cut(null);
        assertThat(cells.apply(4, stored(5, 2))).isEqualTo(Cells.Applied.DONE);
        assertThat(cells.apply(5, stored(6, 9))).isEqualTo(Cells.Applied.DONE);
        cells.set(0, 3);
        assertThat(cells.landed(cut, null, 5)).isTrue();
        assertThat(cells.number(0)).isEqualTo(3);
        assertThat(cells.isDirty()).isTrue();
    }

    @Test
    void failed_writesOursAgain_overWhatOthersHaveChanged() {
        write(1, 4);
        cells.set(0, 2);
        Cells.Cut cut = cells.cut(null);
        assertThat(cells.apply(4, stored(5, 9))).isEqualTo(Cells.Applied.DONE);
        cells.failed(cut);
        assertThat(cells.number(0)).isEqualTo(2);
        assertThat(cells.isDirty()).isTrue();
    }
}
