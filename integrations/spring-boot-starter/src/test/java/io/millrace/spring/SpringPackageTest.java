package io.millrace.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the starter uses. {@code ArchitectureTest} has the rules between all modules; it does not
 * see the starter.
 */
class SpringPackageTest {

  private static JavaClasses starter;

  @BeforeAll
  static void read() {
    starter =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace.spring");
    assertThat(starter).as("classes of the starter").hasSizeGreaterThan(30);
  }

  @Test
  void theStarterUsesThePublicClientAndSpringOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "io.millrace.spring",
            "io.millrace.client",
            "io.millrace.protocol",
            "org.springframework..",
            "org.slf4j..",
            "io.micrometer.core.instrument..",
            "tools.jackson..")
        .check(starter);
  }

  @Test
  void whatAnApplicationMayLackIsUsedInOnePlace() {
    onlyIn("MillraceMeters.*", "io.micrometer..");
    onlyIn("MillraceHealth.*", "org.springframework.boot.health..");
    onlyIn("(Jackson.*|MillraceAutoConfiguration\\$Json)", "tools.jackson..");
  }

  private static void onlyIn(String type, String used) {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.millrace\\.spring\\." + type)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(used)
        .check(starter);
  }
}
