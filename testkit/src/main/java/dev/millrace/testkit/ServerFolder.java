package dev.millrace.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The temporary folder of one server, readable by its owner alone: configuration, output, socket and, unless the test
 * names another place, its data.
 *
 * <p>Immutable; the files in it are the server's.
 */
final class ServerFolder {

    /** What {@code sun_path} of macOS holds, less its final zero; Linux holds four more. */
    private static final int LONGEST_SOCKET_PATH = 103;

    private static final int LOG_LINES = 40;

    private final Path home;

    private ServerFolder(Path home) {
        this.home = home;
    }

    static ServerFolder create() {
        try {
            Path home = Files.createTempDirectory("millrace-redis-");
            if (home.resolve("redis.sock").toString().length() > LONGEST_SOCKET_PATH) {
                Files.delete(home);
                home = Files.createTempDirectory(Path.of("/tmp"), "millrace-redis-");
            }
            return new ServerFolder(home);
        } catch (IOException failed) {
            throw new ServerStartException("cannot make a temporary folder: " + failed.getMessage(), failed);
        }
    }

    Path home() {
        return home;
    }

    Path socket() {
        return home.resolve("redis.sock");
    }

    Path output() {
        return home.resolve("server.log");
    }

    Path configuration() {
        return home.resolve("redis.conf");
    }

    /** The configuration goes through a file, not the command line, where every user could read the passwords. */
    void writeConfiguration(List<String> lines) throws IOException {
        Path file = configuration();
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, lines, StandardCharsets.UTF_8);
    }

    /** Size of the output so far, in bytes. */
    long outputSize() {
        try {
            return Files.size(output());
        } catch (IOException none) {
            return 0;
        }
    }

    /** The last lines of the output from a position on, with the given secrets blotted out. */
    String tail(long from, Set<String> secrets) {
        String text;
        try {
            byte[] all = Files.readAllBytes(output());
            int start = (int) Math.min(from, all.length);
            text = new String(all, start, all.length - start, StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
        for (String secret : secrets) {
            text = text.replace(secret, "***");
        }
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    void delete() {
        FileTree.delete(home);
    }
}
