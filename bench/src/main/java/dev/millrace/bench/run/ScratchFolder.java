package dev.millrace.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for what a process unpacks, native libraries for example, and would leave behind when it is ended. */
final class ScratchFolder implements AutoCloseable {
    private final Path path;

    private ScratchFolder(Path path) {
        this.path = path;
    }

    static ScratchFolder create() throws IOException {
        return new ScratchFolder(Files.createTempDirectory("millrace-peers-"));
    }

    Path path() {
        return path;
    }

    /** Deletes the folder with all that is in it, as far as that can be done. */
    @Override
    public void close() {
        List<Path> deepestFirst;
        try (Stream<Path> found = Files.walk(path)) {
            deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException e) {
            // Gone already, or not ours any more: there is nothing to delete.
            return;
        }
        for (Path one : deepestFirst) {
            try {
                Files.deleteIfExists(one);
            } catch (IOException e) {
                // What is left is small, and lies where the system cleans up.
                return;
            }
        }
    }
}
