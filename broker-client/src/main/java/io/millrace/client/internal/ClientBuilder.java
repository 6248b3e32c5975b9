package io.millrace.client.internal;

import io.millrace.client.ConnectionListener;
import io.millrace.client.Credentials;
import io.millrace.client.MillraceClient;
import io.millrace.client.TlsOptions;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.BrokerAddress;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.ListenerCalls;
import io.millrace.client.internal.connection.NameService;
import io.millrace.client.internal.connection.SettingChecks;
import io.millrace.client.internal.producer.EventClock;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.protocol.wire.SupportedVersions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * The builder of a client. The API loads this class by its name and calls the constructor, so both
 * must be public.
 */
public final class ClientBuilder implements MillraceClient.Builder {

  private static final int MAX_CLIENT_ID_BYTES = 255;

  private BrokerAddress server = new BrokerAddress("localhost", MillraceClient.DEFAULT_PORT);
  private String clientId = "java-" + ProcessHandle.current().pid();
  private Duration connectTimeout = Duration.ofSeconds(5);
  private Duration requestTimeout = Duration.ofSeconds(30);
  private BackoffRange reconnectBackoff =
      new BackoffRange(Duration.ofMillis(50), Duration.ofSeconds(2));
  private ConnectionListener listener;
  private TlsOptions tls;
  private Credentials credentials;
  private boolean plaintextCredentials;

  @Override
  public MillraceClient.Builder server(String address) {
    this.server = BrokerAddress.parse(address);
    return this;
  }

  @Override
  public MillraceClient.Builder clientId(String clientId) {
    int bytes = clientId.getBytes(StandardCharsets.UTF_8).length;
    SettingChecks.requireBetween("bytes of clientId", bytes, 1, MAX_CLIENT_ID_BYTES);
    this.clientId = clientId;
    return this;
  }

  @Override
  public MillraceClient.Builder connectTimeout(Duration timeout) {
    this.connectTimeout = SettingChecks.requirePositive("connectTimeout", timeout);
    return this;
  }

  @Override
  public MillraceClient.Builder requestTimeout(Duration timeout) {
    this.requestTimeout = SettingChecks.requirePositive("requestTimeout", timeout);
    return this;
  }

  @Override
  public MillraceClient.Builder reconnectBackoff(Duration initial, Duration max) {
    SettingChecks.requirePositive("initial back-off", initial);
    SettingChecks.requirePositive("max back-off", Objects.requireNonNull(max, "max"));
    if (max.compareTo(initial) < 0) {
      throw new IllegalArgumentException(
          "max back-off " + max + " must not be shorter than initial back-off " + initial);
    }
    this.reconnectBackoff = new BackoffRange(initial, max);
    return this;
  }

  @Override
  public MillraceClient.Builder tls(TlsOptions options) {
    this.tls = Objects.requireNonNull(options, "options");
    return this;
  }

  @Override
  public MillraceClient.Builder credentials(Credentials credentials) {
    this.credentials = Objects.requireNonNull(credentials, "credentials");
    return this;
  }

  @Override
  public MillraceClient.Builder allowPlaintextCredentials() {
    this.plaintextCredentials = true;
    return this;
  }

  @Override
  public MillraceClient.Builder connectionListener(ConnectionListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  @Override
  public MillraceClient build() {
    return NettyMillraceClient.connect(
        new ClientSettings(
            server,
            clientId,
            connectTimeout,
            requestTimeout,
            reconnectBackoff,
            SupportedVersions.ofThisBuild(),
            new ClientSecurity(Optional.ofNullable(tls), credentials(), plaintextCredentials)),
        NameService.ofSystem(),
        new ListenerCalls(listener),
        EventClock.system(),
        new Random());
  }

  private Optional<Credentials> credentials() {
    return credentials == null
        ? EnvironmentCredentials.of(System.getenv())
        : Optional.of(credentials);
  }
}
