package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void median_oddAndEven_isTheMiddle() {
        Figures figures = new Figures();
        assertThat(figures.median()).isNaN();

        figures.add(100);
        figures.add(1);
        figures.add(3);
        assertThat(figures.median()).isEqualTo(3);

        figures.add(5);
        assertThat(figures.median()).isEqualTo(4);
    }
}
