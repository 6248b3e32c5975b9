package io.millrace.client.internal;

import io.millrace.client.MillraceClient;
import io.millrace.client.internal.connection.Address;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.Settings;
import io.millrace.client.internal.producer.EventClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;

/** Collects a client's settings. Public only because the API's entry is in another package. */
public final class ClientBuilder implements MillraceClient.Builder {

  private static final int MAX_CLIENT_ID_BYTES = 255;

  private Address server = new Address("localhost", MillraceClient.DEFAULT_PORT);
  private String clientId = "java-" + ProcessHandle.current().pid();
  private Duration connectTimeout = Duration.ofSeconds(5);
  private Duration requestTimeout = Duration.ofSeconds(30);
  private Duration initialBackoff = Duration.ofMillis(50);
  private Duration maxBackoff = Duration.ofSeconds(2);

  @Override
  public MillraceClient.Builder server(String address) {
    this.server = Address.parse(address);
    return this;
  }

  @Override
  public MillraceClient.Builder clientId(String clientId) {
    int bytes = clientId.getBytes(StandardCharsets.UTF_8).length;
    Settings.requireBetween("bytes of clientId", bytes, 1, MAX_CLIENT_ID_BYTES);
    this.clientId = clientId;
    return this;
  }

  @Override
  public MillraceClient.Builder connectTimeout(Duration timeout) {
    this.connectTimeout = Settings.requirePositive("connectTimeout", timeout);
    return this;
  }

  @Override
  public MillraceClient.Builder requestTimeout(Duration timeout) {
    this.requestTimeout = Settings.requirePositive("requestTimeout", timeout);
    return this;
  }

  @Override
  public MillraceClient.Builder reconnectBackoff(Duration initial, Duration max) {
    this.initialBackoff = Settings.requirePositive("initial back-off", initial);
    this.maxBackoff = Settings.requirePositive("max back-off", Objects.requireNonNull(max, "max"));
    if (max.compareTo(initial) < 0) {
      throw new IllegalArgumentException("the longest pause, " + max + ", is under " + initial);
    }
    return this;
  }

  @Override
  public MillraceClient build() {
    return ConnectedClient.connect(
        new ClientSettings(
            server,
            clientId,
            connectTimeout,
            requestTimeout,
            initialBackoff,
            maxBackoff,
            EventClock.system()),
        new Random());
  }
}
