package io.millrace.embedded;

import io.millrace.client.MillraceClient;
import java.time.Duration;

/** The client that a broker has for its test; made when it is used first. One thread at a time. */
final class OwnClient implements AutoCloseable {

  private static final String CLIENT_ID = "embedded-test";

  /** Short, so that a test continues soon after a restart. */
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(5);

  private static final Duration LONGEST_BACKOFF = Duration.ofMillis(100);

  private final String address;

  /** Null until the first call of {@link #get}. */
  private MillraceClient client;

  OwnClient(String address) {
    this.address = address;
  }

  /** The client, always the same one. */
  MillraceClient get() {
    if (client == null) {
      client =
          MillraceClient.builder()
              .server(address)
              .clientId(CLIENT_ID)
              .reconnectBackoff(FIRST_BACKOFF, LONGEST_BACKOFF)
              .build();
    }
    return client;
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
