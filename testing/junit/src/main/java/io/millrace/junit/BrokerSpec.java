package io.millrace.junit;

import io.millrace.embedded.EmbeddedBroker;
import io.millrace.embedded.ManualClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The annotation of a test class.
 *
 * @param owner the class that has the annotation, itself or from a superclass
 */
record BrokerSpec(Class<?> owner, MillraceTest annotation) {

  /** Empty if the class has no annotation, as a nested class usually has none. */
  static Optional<BrokerSpec> of(Class<?> testClass) {
    return AnnotationSupport.findAnnotation(testClass, MillraceTest.class)
        .map(annotation -> new BrokerSpec(testClass, annotation));
  }

  /** That of the class, or of the nearest class around it. */
  static Optional<BrokerSpec> around(List<Class<?>> enclosing, Class<?> testClass) {
    List<Class<?>> innerFirst = new ArrayList<>(enclosing);
    innerFirst.add(testClass);
    Collections.reverse(innerFirst);
    return innerFirst.stream().flatMap(each -> of(each).stream()).findFirst();
  }

  boolean isPerClass() {
    return annotation.lifecycle() == MillraceTest.Lifecycle.PER_CLASS;
  }

  /** Starts a broker. Blocks. */
  StartedBroker start() {
    EmbeddedBroker.Builder builder = EmbeddedBroker.builder();
    for (String topic : annotation.topics()) {
      builder.topic(topic, annotation.partitions());
    }
    for (String setting : annotation.settings()) {
      add(setting, builder);
    }
    if (annotation.storage() == MillraceTest.Storage.TEMPORARY_DIRECTORY) {
      builder.temporaryDirectory();
    }
    ManualClock clock = annotation.manualClock() ? ManualClock.startingNow() : null;
    if (clock != null) {
      builder.clock(clock);
    }
    try {
      return new StartedBroker(builder.start(), clock);
    } catch (RuntimeException e) {
      throw new ExtensionConfigurationException(
          "the broker of " + owner.getName() + " does not start: " + e.getMessage(), e);
    }
  }

  private void add(String setting, EmbeddedBroker.Builder builder) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      throw new ExtensionConfigurationException(
          "the setting '"
              + setting
              + "' of @MillraceTest on "
              + owner.getName()
              + " is not key=value, such as limits.maxEventBytes=64KiB");
    }
    builder.setting(setting.substring(0, equals), setting.substring(equals + 1));
  }
}
