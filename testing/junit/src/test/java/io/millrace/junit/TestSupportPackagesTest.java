package io.millrace.junit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What users of the two modules see and get. {@code ArchitectureTest} has the rules between all
 * modules.
 */
class TestSupportPackagesTest {

  private static final String EMBEDDED = "io.millrace.embedded..";
  private static final String JUNIT = "io.millrace.junit..";

  private static JavaClasses support;

  @BeforeAll
  static void read() {
    support =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace.embedded", "io.millrace.junit");
    assertThat(support).as("classes of the two modules").hasSizeGreaterThan(20);
  }

  @Test
  void theExtensionUsesTheEmbeddedBrokerAndTheClientOnly() {
    classes()
        .that()
        .resideInAPackage(JUNIT)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            JUNIT,
            EMBEDDED,
            "io.millrace.client",
            "org.junit.jupiter.api..",
            "org.junit.platform.commons..",
            "org.apiguardian..")
        .check(support);
  }

  @Test
  void theEmbeddedBrokerBringsNeitherJUnitNorALoggingLibrary() {
    noClasses()
        .that()
        .resideInAPackage(EMBEDDED)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "ch.qos.logback..", "org.assertj..")
        .check(support);
  }

  @Test
  void usersSeeTypesOfTheClientAndTheJdkOnly() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(EMBEDDED, JUNIT)
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .should(nameNoTypeOfTheBroker())
        .check(support);
  }

  private static ArchCondition<JavaMethod> nameNoTypeOfTheBroker() {
    return new ArchCondition<>("name no type of the broker in its signature") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        method.getAllInvolvedRawTypes().stream()
            .filter(type -> type.getPackageName().startsWith("io.millrace."))
            .filter(
                type -> !type.getPackageName().matches("io\\.millrace\\.(client|embedded|junit)"))
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " names " + type.getName())));
      }
    };
  }
}
