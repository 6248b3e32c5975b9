package io.millrace.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.server.tls.TlsContexts;

/** The metrics of TLS. Not loaded without it. */
final class TlsMeters {

  private static final double MILLIS_PER_SECOND = 1000;

  private TlsMeters() {}

  static void watch(TlsContexts tls, MeterRegistry registry) {
    Gauge.builder(
            "millrace.tls.certificate.expiry.timestamp.seconds",
            tls,
            each -> each.expiry().toEpochMilli() / MILLIS_PER_SECOND)
        .description("When the certificate of the broker expires, in seconds since 1970")
        .register(registry);
    for (String kind : TlsContexts.failureKinds()) {
      FunctionCounter.builder("millrace.tls.failures", tls, each -> each.failures(kind))
          .description("Connections whose TLS failed, by kind")
          .tag("kind", kind)
          .register(registry);
    }
  }
}
