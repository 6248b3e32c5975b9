package io.millrace.junit;

import io.millrace.client.MillraceClient;
import io.millrace.embedded.EmbeddedBroker;
import io.millrace.embedded.ManualClock;
import java.util.List;

/**
 * A broker of a test, and what tests can have of it.
 *
 * @param clock null unless the annotation asks for one
 */
record StartedBroker(EmbeddedBroker broker, ManualClock clock) {

  private static final List<Class<?>> TYPES =
      List.of(EmbeddedBroker.class, MillraceClient.class, ManualClock.class);

  /** Whether a parameter or a field of this type can be given. */
  static boolean hasType(Class<?> type) {
    return TYPES.contains(type);
  }

  /** The names of these types, for messages. */
  static String typeNames() {
    return "EmbeddedBroker, MillraceClient or ManualClock";
  }

  /**
   * The broker, its client or its clock.
   *
   * @throws IllegalArgumentException if there is none
   */
  Object get(Class<?> type) {
    if (type == EmbeddedBroker.class) {
      return broker;
    }
    if (type == MillraceClient.class) {
      return broker.client();
    }
    if (type == ManualClock.class && clock != null) {
      return clock;
    }
    throw new IllegalArgumentException(
        type == ManualClock.class
            ? "the broker follows the clock of the machine; set @MillraceTest(manualClock = true)"
            : "the type " + type.getName() + " is not " + typeNames());
  }
}
