package dev.millrace.bench;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.millrace.bench", importOptions = ImportOption.DoNotIncludeTests.class)
final class DependencyDirectionTest {
    @ArchTest
    static final ArchRule packages_dependOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("commands")
            .definedBy("dev.millrace.bench")
            .layer("run")
            .definedBy("dev.millrace.bench.run")
            .layer("child")
            .definedBy("dev.millrace.bench.child")
            .layer("client")
            .definedBy("dev.millrace.bench.client")
            .layer("workload")
            .definedBy("dev.millrace.bench.workload")
            .whereLayer("commands")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("run")
            .mayOnlyBeAccessedByLayers("commands")
            .whereLayer("child")
            .mayOnlyBeAccessedByLayers("run")
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("commands", "run", "child")
            .whereLayer("workload")
            .mayOnlyBeAccessedByLayers("commands", "run", "child", "client");
}
