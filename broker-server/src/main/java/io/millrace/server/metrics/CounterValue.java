package io.millrace.server.metrics;

import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The value of a counter that is read at each scrape. If it cannot be read, it is NaN, as
 * Micrometer does it for gauges; a counter that throws would take the whole page with it.
 */
final class CounterValue {

  private static final Logger LOG = LoggerFactory.getLogger(CounterValue.class);

  private CounterValue() {}

  static <T> ToDoubleFunction<T> of(ToDoubleFunction<T> value) {
    return object -> {
      try {
        return value.applyAsDouble(object);
      } catch (RuntimeException | Error e) {
        LOG.debug("event=counter_unreadable", e);
        return Double.NaN;
      }
    };
  }
}
