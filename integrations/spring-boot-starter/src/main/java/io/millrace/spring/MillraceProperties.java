package io.millrace.spring;

import io.millrace.client.Ack;
import io.millrace.client.Codec;
import io.millrace.client.Isolation;
import io.millrace.client.ProcessOptions;
import io.millrace.client.WhenMissing;
import java.time.Duration;
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
