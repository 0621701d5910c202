package dev.millrace.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.tools.report.ThreadKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CellChoiceTest {
    @Test
    void cells_nothingChosen_areTheWholeTable() {
        List<Cell> cells = new CellChoice(List.of(), List.of(), List.of(), List.of()).cells();

        // Six platform and seven virtual counts, read and written; one window; three batches, read and written.
        assertThat(cells).hasSize(2 * 13 + 1 + 2 * 3).doesNotHaveDuplicates();
        assertThat(cells).contains(new Cell(Workload.BLOCKING_GET, 1_000, ThreadKind.VIRTUAL, Cell.NO_BATCH));
        assertThat(cells).doesNotContain(new Cell(Workload.BLOCKING_GET, 1_000, ThreadKind.PLATFORM, Cell.NO_BATCH));
    }

    @Test
    void cells_callersChosen_leaveOtherShapesAlone() {
        List<Cell> cells = new CellChoice(List.of(), List.of(16), List.of(ThreadKind.PLATFORM), List.of()).cells();

        assertThat(cells)
                .filteredOn(cell -> cell.workload().shape() == Workload.Shape.BLOCKING)
                .hasSize(2)
                .allMatch(cell -> cell.callers() == 16 && cell.threads() == ThreadKind.PLATFORM);
        assertThat(cells).anyMatch(cell -> cell.workload() == Workload.ASYNC_GET);
    }

    @Test
    void cells_cacheChosen_areATableOfTheirOwn() {
        List<Workload> caches =
                Stream.of(Workload.values()).filter(Workload::isCache).toList();

        List<Cell> cells = new CellChoice(caches, List.of(), List.of(), List.of()).cells();

        assertThat(cells).hasSize(5).allMatch(cell -> cell.workload().isCache());
        assertThat(cells).contains(new Cell(Workload.CACHE_SET, 1, ThreadKind.PLATFORM, 100));
        assertThat(cells).contains(new Cell(Workload.CACHE_ZIPF, 16, ThreadKind.PLATFORM, Cell.NO_BATCH));
    }

    @Test
    void cells_batchChosen_keepOneSize() {
        assertThat(new CellChoice(List.of(Workload.BATCH_SET), List.of(), List.of(), List.of(100)).cells())
                .containsExactly(new Cell(Workload.BATCH_SET, 1, ThreadKind.PLATFORM, 100));
    }

    @Test
    void cells_choicesExcludeEachOther_sayWhatThereIs() {
        CellChoice choice =
                new CellChoice(List.of(Workload.BLOCKING_GET), List.of(1_000), List.of(ThreadKind.PLATFORM), List.of());

        assertThatIllegalArgumentException().isThrownBy(choice::cells).withMessageContaining("nothing left to measure");
    }

    @Test
    void new_unknownNumber_saysWhichThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CellChoice(List.of(), List.of(3), List.of(), List.of()))
                .withMessage("--callers 3: choose among 1, 2, 4, 8, 16, 100, 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CellChoice(List.of(), List.of(), List.of(), List.of(7)))
                .withMessage("--batch 7: choose among 10, 100, 500");
    }
}
