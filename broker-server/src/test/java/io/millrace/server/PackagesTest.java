package io.millrace.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dependencies between the packages of the server. */
class PackagesTest {

  private static final String NATIVE = "io.millrace.server.nativeprotocol..";
  private static final String HTTP = "io.millrace.server.http..";

  private static JavaClasses server;

  @BeforeAll
  static void read() {
    server =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace.server");
    assertThat(server).as("classes of the server").hasSizeGreaterThan(50);
  }

  @Test
  void noTwoPackagesDependOnEachOther() {
    slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(server);
  }

  @Test
  void noPackageDependsOnAListener() {
    noClasses()
        .that()
        .resideOutsideOfPackages(NATIVE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(NATIVE)
        .check(server);
    noClasses()
        .that()
        .resideOutsideOfPackages(HTTP)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(HTTP)
        .check(server);
  }

  @Test
  void noPackageDependsOnAnEngine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.millrace.storage.mapped..", "io.millrace.storage.memory..")
        .check(server);
  }

  @Test
  void oneClassUsesTheLibraryForJsonWebKeys() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.JwkKeys.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.nimbusds..")
        .check(server);
  }
}
