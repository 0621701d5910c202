package dev.millrace.tools.flight;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/** The flights of a folder: every file ending in {@code .igc} or {@code .igc.gz}, in the order of their names. */
public final class FlightFolder {
    private FlightFolder() {}

    /**
     * Reads all flights of a folder, not of folders in it.
     *
     * @throws FlightException if there is no such folder, no flight in it, or a flight cannot be read
     */
    public static List<Flight> read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new FlightException("no such folder of flights: " + folder + "; name one that holds .igc files");
        }
        List<Flight> flights = new ArrayList<>();
        for (Path file : files(folder)) {
            flights.add(readFile(file));
        }
        if (flights.isEmpty()) {
            throw new FlightException("no flights in " + folder + "; it should hold files ending in .igc or .igc.gz");
        }
        return flights;
    }

    /**
     * The files of a folder's flights, in the order in which {@link #read} has them.
     *
     * @throws FlightException if the folder cannot be read
     */
    public static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> isFlight(fileName(file))).sorted().toList();
        } catch (IOException e) {
            throw new FlightException("the folder " + folder + " cannot be read: " + reason(e));
        }
    }

    private static Flight readFile(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return IgcParser.parse(flightName(fileName(file)), in);
        } catch (IOException e) {
            throw new FlightException("the flight " + file + " cannot be read: " + reason(e));
        }
    }

    private static boolean isFlight(String fileName) {
        String lower = fileName.toLowerCase(Locale.ROOT);
        return lower.endsWith(".igc") || lower.endsWith(".igc.gz");
    }

    private static String flightName(String fileName) {
        return fileName.substring(0, fileName.toLowerCase(Locale.ROOT).lastIndexOf(".igc"));
    }

    private static String fileName(Path file) {
        return Objects.requireNonNull(file.getFileName(), "a listed file has a name")
                .toString();
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof ZipException || e instanceof EOFException) {
            return "its gzip packing is damaged";
        }
        return String.valueOf(e.getMessage());
    }
}
