package dev.millrace.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.millrace.connection.Epoch;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Date;

/**
 * A wall clock that jumps can't make an old value look new, for nobody asks it: time is that of {@link System#nanoTime()}
 * here, and the server's own there. Instead of a test that sets the clock of a machine.
 */
@AnalyzeClasses(
        packages = {"dev.millrace.cache", "dev.millrace.connection"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class CoherenceClockTest {
    @ArchTest
    static final ArchRule cache_asksNoWallClock = noClasses()
            .that()
            .resideInAPackage("dev.millrace.cache")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .accessClassesThat()
            .belongToAnyOf(Instant.class, Clock.class, Date.class, LocalDateTime.class);

    @ArchTest
    static final ArchRule epochs_askNoWallClock = noClasses()
            .that()
            .areAssignableTo(Epoch.class)
            .or()
            .haveSimpleNameStartingWith("Tracked")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .accessClassesThat()
            .belongToAnyOf(Instant.class, Clock.class, Date.class, LocalDateTime.class);
}
