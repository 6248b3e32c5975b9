package io.millrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The dependency rules of {@code docs/architecture.md}: which package may depend on which. Maven
 * already keeps a module from using a module that it does not declare. These rules also limit what
 * a declared dependency may use.
 */
class ArchitectureTest {

  private static final String NETTY = "io.netty..";
  private static final String PROTOCOL = "io.millrace.protocol";
  private static final String RECORD = "io.millrace.protocol.record..";
  private static final String WIRE = "io.millrace.protocol.wire..";
  private static final String FILTER = "io.millrace.filter..";
  private static final String STORAGE = "io.millrace.storage..";
  private static final String CORE = "io.millrace.core..";
  private static final String CLIENT = "io.millrace.client..";
  private static final String SERVER = "io.millrace.server..";
  private static final String CLI = "io.millrace.cli..";
  private static final String TORTURE = "io.millrace.torture..";

  private static final String EMBEDDED = "io.millrace.embedded..";
  private static final String JUNIT = "io.millrace.junit..";
  private static final String SPRING = "io.millrace.spring..";

  private static JavaClasses millrace;

  @BeforeAll
  static void read() {
    millrace =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace");
    assertThat(millrace)
        .as("classes of all modules on the test class path")
        .hasSizeGreaterThan(100);
  }

  @Test
  void theRecordBatchDependsOnItsCodecsOnly() {
    classes()
        .that()
        .resideInAnyPackage(PROTOCOL, RECORD)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", PROTOCOL, RECORD, "net.jpountz..", "com.github.luben.zstd..")
        .check(millrace);
  }

  @Test
  void onlyCompressionUsesTheCodecLibraries() {
    noClasses()
        .that()
        .haveSimpleNameNotStartingWith("Compress")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("net.jpountz..", "com.github.luben.zstd..")
        .check(millrace);
  }

  @Test
  void theWireDependsOnBuffersOnly() {
    classes()
        .that()
        .resideInAPackage(WIRE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", PROTOCOL, RECORD, WIRE, "io.netty.buffer..", "io.netty.util..")
        .check(millrace);
  }

  @Test
  void onlyTheFilterUsesRe2j() {
    noClasses()
        .that()
        .resideOutsideOfPackage(FILTER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.re2j..")
        .check(millrace);
  }

  @Test
  void theCoreDependsNeitherOnNetworkNorOnWire() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE, STORAGE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(NETTY, WIRE, SERVER, CLIENT, CLI)
        .check(millrace);
  }

  @Test
  void storageDoesNotDependOnTheCore() {
    noClasses()
        .that()
        .resideInAPackage(STORAGE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CORE)
        .check(millrace);
  }

  @Test
  void theCoreDependsOnNoStorageEngine() {
    noClasses()
        .that()
        .resideInAPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.millrace.storage.mapped..", "io.millrace.storage.memory..")
        .check(millrace);
  }

  @Test
  void onlyTheMappedEngineUsesChronicle() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.millrace.storage.mapped..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.openhft..")
        .check(millrace);
  }

  @Test
  void theClientDependsOnTheProtocolOnly() {
    noClasses()
        .that()
        .resideInAPackage(CLIENT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CORE, STORAGE, SERVER, CLI)
        .check(millrace);
  }

  @Test
  void theServerDependsNeitherOnClientNorOnCommands() {
    noClasses()
        .that()
        .resideInAPackage(SERVER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLIENT, CLI)
        .check(millrace);
  }

  /** The commands read stored states offline, and need their form; the rest is for the server. */
  @Test
  void theCommandsUseOfTheCoreOnlyTheStoredStates() {
    noClasses()
        .that()
        .resideInAPackage(CLI)
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage(CORE)
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.belongToAnyOf(
                            io.millrace.core.StoredTopic.class,
                            io.millrace.core.StoredStates.class))))
        .check(millrace);
  }

  @Test
  void theTortureRunUsesThePublicClientOnly() {
    noClasses()
        .that()
        .resideInAPackage(TORTURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CORE, STORAGE, SERVER, CLI, "io.millrace.client.internal..")
        .check(millrace);
  }

  @Test
  void onlyTestsUseTheEmbeddedBroker() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EMBEDDED, JUNIT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EMBEDDED, JUNIT)
        .check(millrace);
  }

  /** The starter is not on this class path; {@code SpringPackageTest} says what it uses. */
  @Test
  void onlyTheStarterUsesSpring() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SPRING, "org.springframework..")
        .check(millrace);
  }

  @Test
  void enginesDoNotDependOnEachOther() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.storage.memory..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.millrace.storage.mapped..")
        .check(millrace);
    noClasses()
        .that()
        .resideInAPackage("io.millrace.storage.mapped..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.millrace.storage.memory..")
        .check(millrace);
  }

  @Test
  void noTwoPackagesDependOnEachOther() {
    slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(millrace);
  }

  @Test
  void noTwoClassesShareASimpleName() {
    Map<String, List<String>> named =
        millrace.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
    named.values().removeIf(names -> names.size() == 1);
    assertThat(named).as("classes of one simple name").isEmpty();
  }
}
