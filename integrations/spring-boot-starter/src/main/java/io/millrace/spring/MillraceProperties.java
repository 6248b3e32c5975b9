package io.millrace.spring;

import io.millrace.client.Ack;
import io.millrace.client.Codec;
import io.millrace.client.Credentials;
import io.millrace.client.Isolation;
import io.millrace.client.ProcessOptions;
import io.millrace.client.TlsOptions;
import io.millrace.client.WhenMissing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code millrace.*}. Values that the client does not allow are refused at the start
 * of the application.
 *
 * @param server Address of the broker: host:port, host, or [IPv6]:port.
 * @param clientId Name of the client in the broker's log, and the default source of its events.
 *     Default: spring.application.name, else java- and the process id.
 * @param connectTimeout Timeout of one attempt to connect.
 * @param requestTimeout Timeout of one request, reconnecting included.
 * @param requireBrokerAtStart Whether the application refuses to start without a connection to the
 *     broker.
 * @param reconnectBackoff Pauses between attempts to connect.
 * @param tls Encryption of the connection.
 * @param credentials What proves to the broker who the application is.
 * @param producer Producers of the template.
 * @param listener Defaults of the methods with MillraceListener.
 */
@ConfigurationProperties("millrace")
record MillraceProperties(
    @DefaultValue("localhost:9710") String server,
    String clientId,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("30s") Duration requestTimeout,
    @DefaultValue("false") boolean requireBrokerAtStart,
    @DefaultValue ReconnectBackoff reconnectBackoff,
    @DefaultValue TlsProperties tls,
    @DefaultValue CredentialProperties credentials,
    @DefaultValue ProducerProperties producer,
    @DefaultValue ListenerProperties listener) {

  /**
   * The pauses between attempts to connect.
   *
   * @param initial First pause. Each one is twice as long as the one before.
   * @param max Longest pause.
   */
  record ReconnectBackoff(
      @DefaultValue("50ms") Duration initial, @DefaultValue("2s") Duration max) {}

  /**
   * The encryption of the connection.
   *
   * @param enabled Whether the connection has TLS. Default: true if another property of TLS is set.
   * @param ca PEM file with the authorities to trust. Default: those that Java trusts.
   * @param certificate PEM file with a client certificate.
   * @param key PEM file with the private key of the client certificate.
   */
  record TlsProperties(Boolean enabled, Path ca, Path certificate, Path key) {

    TlsProperties {
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException(
            "millrace.tls.certificate and millrace.tls.key belong together; set both");
      }
    }

    /** What the client gets; empty without TLS. */
    Optional<TlsOptions> options() {
      boolean wanted = enabled == null ? ca != null || certificate != null : enabled;
      TlsOptions trust = ca == null ? TlsOptions.systemTrust() : TlsOptions.trusting(ca);
      return wanted
          ? Optional.of(certificate == null ? trust : trust.clientCertificate(certificate, key))
          : Optional.empty();
    }
  }

  /**
   * The credentials of the application: a token, a file with one, or a user with a password.
   *
   * @param token API token.
   * @param tokenFile File with an API token, which each connection reads.
   * @param username Name of a user.
   * @param password Password of the user.
   */
  record CredentialProperties(String token, Path tokenFile, String username, String password) {

    CredentialProperties {
      if ((username == null) != (password == null)) {
        throw new IllegalArgumentException(
            "millrace.credentials.username and millrace.credentials.password belong together; set"
                + " both");
      }
      if (Stream.of(tokenFile, token, username).filter(Objects::nonNull).count() > 1) {
        throw new IllegalArgumentException(
            "millrace.credentials has more than one of token-file, token and username; set one");
      }
    }

    /**
     * What the client gets; empty without credentials.
     *
     * @throws IllegalArgumentException if the client does not allow them; without the secret
     */
    Optional<Credentials> credentials() {
      if (tokenFile != null) {
        return Optional.of(Credentials.tokenFile(tokenFile));
      }
      if (token != null) {
        return Optional.of(Credentials.token(token));
      }
      return Optional.ofNullable(username)
          .map(user -> Credentials.password(user, password.toCharArray()));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
      return "CredentialProperties[tokenFile="
          + tokenFile
          + ", token="
          + (token == null ? null : "***")
          + ", username="
          + username
          + ", password="
          + (password == null ? null : "***")
          + "]";
    }
  }

  /**
   * The producers of the template, one for each topic.
   *
   * @param source Source of the events that name none. Default: the client id.
   * @param ack When the broker acknowledges an event.
   * @param compression Compression of the batches.
   * @param linger How long a batch waits for more events.
   * @param batchSize Largest batch before compression. Default: 256KB, or less for topics with many
   *     partitions.
   * @param maxInFlight Number of unanswered batches of a partition. Default: 16, or 5 without
   *     SYNCED.
   * @param memoryLimit Memory of batches without a receipt, for each topic, outside the heap.
   * @param sendTimeout How long send waits for memory.
   * @param deliveryTimeout Timeout from send to the receipt.
   * @param maxTopics Number of topics that the template sends to. Each has a producer.
   */
  record ProducerProperties(
      String source,
      @DefaultValue("SYNCED") Ack ack,
      @DefaultValue("NONE") Codec compression,
      @DefaultValue("0ms") Duration linger,
      DataSize batchSize,
      Integer maxInFlight,
      @DefaultValue("64MB") DataSize memoryLimit,
      @DefaultValue("60s") Duration sendTimeout,
      @DefaultValue("2m") Duration deliveryTimeout,
      @DefaultValue("100") int maxTopics) {

    ProducerProperties {
      if (maxTopics < 1) {
        throw new IllegalArgumentException(
            "millrace.producer.max-topics must be 1 or more, not " + maxTopics);
      }
    }
  }

  /**
   * The defaults of all listeners.
   *
   * @param group Group of the listeners that name none.
   * @param autoStartup Whether the listeners start with the application.
   * @param concurrency Number of threads of a listener.
   * @param ordering Which events wait for each other.
   * @param attempts How often the method is called for an event before the event has failed.
   * @param firstPause Pause before the second attempt. Each one is twice as long as the one before.
   * @param longestPause Longest pause between two attempts.
   * @param onFailure What a listener does when an event has failed.
   * @param restartPause Pause before a listener with on-failure RESTART joins its group again.
   * @param drain How long a stop waits for methods that run. Must be shorter than
   *     spring.lifecycle.timeout-per-shutdown-phase.
   * @param maxInFlightEvents Number of events of a listener that wait or run.
   * @param maxInFlightSize Size of the events of a listener that wait or run.
   * @param creditSize Memory of a listener for events that are on their way.
   * @param isolation Which events are visible.
   * @param whenNoPosition Where a group starts in a partition in which it has no position.
   * @param whenPositionLost Where a group continues if the events at its position are deleted.
   * @param sessionTimeout Time without a sign of life after which the broker removes a listener
   *     from its group.
   * @param maxProcessingTime Time without a finished event after which the broker removes a
   *     listener that has events. Default: never.
   */
  record ListenerProperties(
      String group,
      @DefaultValue("true") boolean autoStartup,
      @DefaultValue("1") int concurrency,
      @DefaultValue("PARTITION") ProcessOptions.Ordering ordering,
      @DefaultValue("5") int attempts,
      @DefaultValue("100ms") Duration firstPause,
      @DefaultValue("10s") Duration longestPause,
      @DefaultValue("STOP") OnFailure onFailure,
      @DefaultValue("10s") Duration restartPause,
      @DefaultValue("20s") Duration drain,
      @DefaultValue("1000") int maxInFlightEvents,
      @DefaultValue("16MB") DataSize maxInFlightSize,
      @DefaultValue("16MB") DataSize creditSize,
      @DefaultValue("DURABLE") Isolation isolation,
      @DefaultValue("EARLIEST") WhenMissing whenNoPosition,
      @DefaultValue("FAIL") WhenMissing whenPositionLost,
      @DefaultValue("30s") Duration sessionTimeout,
      Duration maxProcessingTime) {

    ListenerProperties {
      if (restartPause.isNegative()) {
        throw new IllegalArgumentException(
            "millrace.listener.restart-pause must be zero or more, not " + restartPause);
      }
    }
  }
}
