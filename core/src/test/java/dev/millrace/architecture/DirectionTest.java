package dev.millrace.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The data flow is the direction of dependencies: façade → batch → topology → connection → resp → command. */
@AnalyzeClasses(packages = "dev.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class DirectionTest {
    @ArchTest
    static final ArchRule layers_lookDown_neverUp = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.millrace..")
            .layer("facade")
            .definedBy("dev.millrace")
            .layer("queue")
            .definedBy("dev.millrace.queue..")
            .layer("storage")
            .definedBy("dev.millrace.storage..")
            .layer("publish")
            .definedBy("dev.millrace.publish..")
            .layer("state")
            .definedBy("dev.millrace.state..")
            .layer("batch")
            .definedBy("dev.millrace.batch..")
            .layer("topology")
            .definedBy("dev.millrace.topology..")
            .layer("connection")
            .definedBy("dev.millrace.connection..")
            .layer("resp")
            .definedBy("dev.millrace.resp..")
            .layer("metrics")
            .definedBy("dev.millrace.metrics..")
            .layer("resilience")
            .definedBy("dev.millrace.resilience..")
            .layer("codec")
            .definedBy("dev.millrace.cache.codec..")
            .layer("cache")
            .definedBy("dev.millrace.cache", "dev.millrace.cache.sql..")
            .layer("command")
            .definedBy("dev.millrace.command..")
            .whereLayer("facade")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("storage")
            .mayOnlyBeAccessedByLayers("facade")
            .whereLayer("cache")
            .mayOnlyBeAccessedByLayers("facade", "storage")
            .whereLayer("queue")
            .mayOnlyBeAccessedByLayers("facade")
            .whereLayer("publish")
            .mayOnlyBeAccessedByLayers("facade")
            .whereLayer("state")
            .mayOnlyBeAccessedByLayers("facade")
            .whereLayer("batch")
            .mayOnlyBeAccessedByLayers("facade", "storage", "cache", "queue", "state", "publish")
            .whereLayer("topology")
            .mayOnlyBeAccessedByLayers("facade", "storage", "cache", "queue", "state", "batch")
            .whereLayer("connection")
            .mayOnlyBeAccessedByLayers("facade", "cache", "queue", "state", "batch", "topology")
            .whereLayer("codec")
            .mayOnlyBeAccessedByLayers("facade", "cache", "state")
            .whereLayer("resp")
            .mayOnlyBeAccessedByLayers("connection")
            .whereLayer("metrics")
            .mayOnlyBeAccessedByLayers("facade", "cache", "queue", "batch", "topology", "connection")
            .whereLayer("resilience")
            .mayOnlyBeAccessedByLayers("facade", "queue", "state", "batch", "topology", "connection", "metrics");

    @ArchTest
    static final ArchRule packages_areNamedForCapabilities = noClasses()
            .should()
            .resideInAnyPackage("..impl..", "..util..", "..common..", "..exceptions..", "..helpers..");

    @ArchTest
    static final ArchRule classes_areNamedForWhatTheyAre =
            noClasses().should().haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Base|Misc|Impl)$");

    @ArchTest
    static final ArchRule connectionParts_stayPackagePrivate = classes()
            .that()
            .haveSimpleName("SharedConnection")
            .or()
            .haveSimpleName("CallQueue")
            .or()
            .haveSimpleName("InFlight")
            .or()
            .haveSimpleName("DirectConnection")
            .should()
            .bePackagePrivate();

    @ArchTest
    static final ArchRule javaSerialization_isNotUsed =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.io.ObjectInputStream");

    @ArchTest
    static final ArchRule codec_standsAlone = noClasses()
            .that()
            .resideInAPackage("dev.millrace.cache.codec..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.millrace..")
                    .and(not(resideInAnyPackage("dev.millrace.command..", "dev.millrace.cache.codec.."))));

    /** An application that brings none of these must be able to load all the rest. */
    @ArchTest
    static final ArchRule optionalLibraries_areTouchedByOneClassEach = noClasses()
            .that()
            .resideInAPackage("dev.millrace.cache.codec..")
            .and()
            .haveNameNotMatching(".*\\.(Codec|JsonCodec(\\$.*)?|ZstdCompressor|Lz4Compressor)")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("tools.jackson..", "com.github.luben..", "net.jpountz..");

    @ArchTest
    static final ArchRule core_needsNoPeer = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "redis.clients..", "org.redisson..", "io.netty..");
}
