package dev.millrace.tools.server.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static List<LineReader.Input> read(byte[] bytes) throws IOException {
        LineReader lines = new LineReader(new ByteArrayInputStream(bytes), 10);
        List<LineReader.Input> all = new ArrayList<>();
        for (LineReader.Input next = lines.next(); next != null; next = lines.next()) {
            all.add(next);
        }
        return all;
    }

    private static List<String> texts(String sent) throws IOException {
        return read(sent.getBytes(StandardCharsets.UTF_8)).stream()
                .map(input -> input.isTooLong() ? "(too long)" : input.text())
                .toList();
    }

    @Test
    void next_ofLines_endsThemAtEitherEnd() throws IOException {
        assertThat(texts("one\ntwo\r\n\nthree")).containsExactly("one", "two", "", "three");
        assertThat(texts("")).isEmpty();
    }

    @Test
    void next_ofALongLine_isTooLongAndTheNextIsNot() throws IOException {
        assertThat(texts("0123456789\n0123456789x\n" + "y".repeat(10_000) + "\nshort\n"))
                .containsExactly("0123456789", "(too long)", "(too long)", "short");
        assertThat(texts("ääääääääää\n€€€€€€€€€€\n")).containsExactly("ääääääääää", "€€€€€€€€€€");
    }

    @Test
    void next_ofTelnetsCommands_skipsThem() throws IOException {
        byte[] sent = {(byte) 255, (byte) 253, 3, 'a', (byte) 255, (byte) 244, 'b', '\n', 'c', (byte) 255};
        assertThat(read(sent)).extracting(LineReader.Input::text).containsExactly("ab", "c");
    }

    @Test
    void next_ofALineWithoutAnEnd_fails() {
        LineReader lines = new LineReader(new ByteArrayInputStream(new byte[2 << 20]), 10);
        assertThatThrownBy(lines::next).isInstanceOf(IOException.class).hasMessage("a line without an end");
    }
}
