package io.millrace.client;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dependency rules between the packages of the client. */
class ClientArchitectureTest {

  private static final String API = "io.millrace.client";
  private static final String INTERNAL = "io.millrace.client.internal..";
  private static final String CONNECTION = "io.millrace.client.internal.connection..";
  private static final String SECURITY = "io.millrace.client.internal.security..";
  private static final String PRODUCER = "io.millrace.client.internal.producer..";
  private static final String CONSUMER = "io.millrace.client.internal.consumer..";
  private static final String NETTY = "io.netty";

  private static JavaClasses client;

  @BeforeAll
  static void importClasses() {
    client =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(API);
    assertThat(client).as("classes of the client").hasSizeGreaterThan(50);
  }

  @Test
  void packagesHaveNoCycle() {
    slices().assignedFrom(packages()).should().beFreeOfCycles().check(client);
  }

  @Test
  void apiDoesNotDependOnItsImplementation() {
    noClasses()
        .that()
        .resideInAPackage(API)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(INTERNAL)
        .check(client);
  }

  @Test
  void apiNamesNoNettyType() {
    members()
        .that()
        .areDeclaredInClassesThat(resideInAPackage(API))
        .should(nameNoNettyType())
        .check(client);
  }

  @Test
  void apiDependsOnJdkAndErrorCodesOnly() {
    classes()
        .that()
        .resideInAPackage(API)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", API, "io.millrace.protocol")
        .check(client);
  }

  @Test
  void connectionDependsOnNeitherProducerNorConsumer() {
    noClasses()
        .that()
        .resideInAPackage(CONNECTION)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PRODUCER, CONSUMER)
        .check(client);
  }

  @Test
  void producerDoesNotDependOnConsumer() {
    noClasses()
        .that()
        .resideInAPackage(PRODUCER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CONSUMER)
        .check(client);
  }

  @Test
  void consumerDoesNotDependOnProducer() {
    noClasses()
        .that()
        .resideInAPackage(CONSUMER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(PRODUCER)
        .check(client);
  }

  @Test
  void tlsIsUsedInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SECURITY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.handler.ssl..", "javax.net.ssl..")
        .check(client);
  }

  @Test
  void libraryForScramIsUsedInOneClass() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.millrace.client.internal.security.ScramClientLogin")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.ongres.scram..")
        .check(client);
  }

  @Test
  void securityDoesNotDependOnConnections() {
    noClasses()
        .that()
        .resideInAPackage(SECURITY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CONNECTION, PRODUCER, CONSUMER)
        .check(client);
  }

  /** One slice for each package, and not for each package with its subpackages. */
  private static SliceAssignment packages() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return type.getPackageName().startsWith(API)
            ? SliceIdentifier.of(type.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "the packages of the client";
      }
    };
  }

  private static ArchCondition<JavaMember> nameNoNettyType() {
    return new ArchCondition<>("name no Netty type in its signature") {
      @Override
      public void check(JavaMember member, ConditionEvents events) {
        typesInSignature(member).stream()
            .filter(type -> type.getPackageName().startsWith(NETTY))
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            member, member.getFullName() + " names " + type.getName())));
      }
    };
  }

  private static Set<JavaClass> typesInSignature(JavaMember member) {
    if (member instanceof JavaCodeUnit unit) {
      return unit.getAllInvolvedRawTypes();
    }
    return ((JavaField) member).getAllInvolvedRawTypes();
  }
}
