package io.millrace.e2e;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.RetryPolicy;
import java.time.Duration;

/** Clients that work on a busy machine, where a broker needs seconds for its first answer. */
final class PatientClient {

  private PatientClient() {}

  /** Connects to a broker. The caller closes the client. */
  static MillraceClient connect(String address) {
    return connect(address, "patient");
  }

  /** As {@link #connect(String)}, with a client id. */
  static MillraceClient connect(String address, String clientId) {
    return MillraceClient.builder()
        .server(address)
        .clientId(clientId)
        .connectTimeout(JavaProcess.LIMIT)
        .requestTimeout(JavaProcess.LIMIT)
        .build();
  }

  /** For producers that wait until a test has repaired what it broke. */
  static RetryPolicy retry() {
    return RetryPolicy.defaults().deliveryTimeout(Duration.ofMinutes(10));
  }

  /**
   * Connects with short time-outs, which are the subject of the test. Repeats the first attempt,
   * but the client behaves as configured from then on.
   */
  static MillraceClient withShortTimeouts(MillraceClient.Builder client) {
    long limitNanos = System.nanoTime() + JavaProcess.LIMIT.toNanos();
    while (true) {
      try {
        return client.build();
      } catch (MillraceException e) {
        if (System.nanoTime() > limitNanos) {
          throw e;
        }
      }
    }
  }
}
