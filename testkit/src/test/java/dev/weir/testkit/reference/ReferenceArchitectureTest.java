package dev.weir.testkit.reference;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ReferenceArchitectureTest {
  @Test
  void shouldShareNoCodeWithWhatItJudges() {
    // packages are enough: nothing outside is looked into
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    JavaClasses reference =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.weir.testkit.reference");
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.weir.testkit.reference",
            "dev.weir.dsl.ast",
            "dev.weir.dsl.source",
            "dev.weir.event",
            "com.google.re2j",
            "org.jspecify.annotations",
            "java..")
        .check(reference);
  }
}
