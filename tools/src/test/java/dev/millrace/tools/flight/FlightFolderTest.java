package dev.millrace.tools.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightFolderTest {
    @TempDir
    Path folder;

    @Test
    void read_theFlightsOfTheRepository_areWhole() {
        List<Flight> flights = FlightFolder.read(Path.of("..", "flights"));

        assertThat(flights).extracting(Flight::name).containsExactly("flight-09", "flight-10", "start-2", "start-3");
        assertThat(flights).extracting(flight -> flight.points().size()).containsExactly(14_014, 9_762, 9_936, 10_394);
        assertThat(flights).extracting(Flight::problems).containsOnly(Problems.NONE);
        assertThat(flights)
                .allSatisfy(flight -> assertThat(flight.points())
                        .allSatisfy(point -> assertThat(TrackPoint.fromBytes(point.toBytes()))
                                .isEqualTo(point)));
    }

    @Test
    void read_mixedFolder_takesFlightsOnlyWhateverTheCase() throws IOException {
        Files.writeString(folder.resolve("b.IGC"), "HFDTE160624\n");
        Files.writeString(folder.resolve("a.igc"), "?\n");
        Files.writeString(folder.resolve("notes.txt"), "?\n");

        List<Flight> flights = FlightFolder.read(folder);

        assertThat(flights).extracting(Flight::name).containsExactly("a", "b");
        assertThat(flights.getFirst().problems().count()).isEqualTo(1);
    }

    @Test
    void read_noSuchFolder_saysSo() {
        assertThatThrownBy(() -> FlightFolder.read(folder.resolve("nowhere")))
                .isInstanceOf(FlightException.class)
                .hasMessageStartingWith("no such folder of flights: ");
    }

    @Test
    void read_folderWithoutFlights_saysWhatItShouldHold() {
        assertThatThrownBy(() -> FlightFolder.read(folder))
                .isInstanceOf(FlightException.class)
                .hasMessageEndingWith("it should hold files ending in .igc or .igc.gz");
    }

    @Test
    void read_flightThatIsAFolder_saysWhichCannotBeRead() throws IOException {
        Files.createDirectory(folder.resolve("a.igc"));

        assertThatThrownBy(() -> FlightFolder.read(folder))
                .isInstanceOf(FlightException.class)
                .hasMessageContaining("a.igc cannot be read");
    }

    @Test
    void read_damagedGzip_saysSo() throws IOException {
        Files.write(folder.resolve("a.igc.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 99});

        assertThatThrownBy(() -> FlightFolder.read(folder))
                .isInstanceOf(FlightException.class)
                .hasMessageEndingWith("a.igc.gz cannot be read: its gzip packing is damaged");
    }
}
