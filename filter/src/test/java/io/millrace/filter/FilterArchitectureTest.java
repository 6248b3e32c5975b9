package io.millrace.filter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The filter language knows neither the network nor the broker. */
class FilterArchitectureTest {

  private static final JavaClasses FILTER =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.millrace.filter");

  @Test
  void filterDependsOnVocabularyAndRegularExpressionsOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "io.millrace.protocol", "io.millrace.filter", "com.google.re2j..")
        .check(FILTER);
  }

  @Test
  void publicTypesAreThoseThatACallerNeeds() {
    assertThat(FILTER.stream())
        .filteredOn(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
        .filteredOn(JavaClass::isTopLevelClass)
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder(
            "Filter",
            "FilterMatcher",
            "FilterEvent",
            "FilterRequirements",
            "ByteRange",
            "LongRanges",
            "InvalidFilterException");
  }
}
