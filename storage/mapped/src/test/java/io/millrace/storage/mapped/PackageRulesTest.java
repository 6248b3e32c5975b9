package io.millrace.storage.mapped;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Which package of the mapped engine may use which: file, recovery, engine, tool, in this order.
 */
class PackageRulesTest {

  private static final String ENGINE = "io.millrace.storage.mapped";
  private static final String FILE = ENGINE + ".file..";
  private static final String RECOVERY = ENGINE + ".recovery..";
  private static final String TOOL = ENGINE + ".tool..";

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ENGINE);
    assertThat(classes).as("classes of the engine").hasSizeGreaterThan(60);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.millrace.storage.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void filesKnowNeitherRecoveryNorEngineNorTools() {
    noClasses()
        .that()
        .resideInAPackage(FILE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(RECOVERY, ENGINE, TOOL)
        .check(classes);
  }

  @Test
  void recoveryKnowsNeitherEngineNorTools() {
    noClasses()
        .that()
        .resideInAPackage(RECOVERY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ENGINE, TOOL)
        .check(classes);
  }

  @Test
  void theEngineDoesNotKnowTheTools() {
    noClasses()
        .that()
        .resideInAPackage(ENGINE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TOOL)
        .check(classes);
  }

  /** A channel may write fewer bytes than a buffer has. */
  @Test
  void onlyOneClassWritesToAChannel() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ENGINE + ".file.WholeBuffer")
        .should()
        .callMethod(FileChannel.class, "write", ByteBuffer.class)
        .orShould()
        .callMethod(FileChannel.class, "write", ByteBuffer.class, long.class)
        .check(classes);
  }

  @Test
  void onlyTheDiskAndTheMappingUseChronicle() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ENGINE + ".file.LinuxDisk")
        .and()
        .doNotHaveFullyQualifiedName(ENGINE + ".file.Mapping")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.openhft..")
        .check(classes);
  }
}
