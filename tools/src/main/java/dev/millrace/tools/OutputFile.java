package dev.millrace.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that the user named for results. Stateless. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Finds out before the long run whether the file can be written after it.
     *
     * @throws BadInput if it cannot
     */
    public static void requireWritable(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new BadInput("cannot write " + file + ": it is a folder; name a file");
        }
        if (!Files.isDirectory(folder)) {
            throw new BadInput("cannot write " + file + ": there is no folder " + folder + "; create it first");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new BadInput("cannot write " + file + ": access denied; name a file you may write");
        }
    }

    /**
     * Writes the text, replacing the file.
     *
     * @throws BadInput if it cannot be written
     */
    public static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new BadInput("cannot write " + file + ": " + e.getMessage());
        }
    }
}
