package io.millrace.benchmarks.nats;

import io.millrace.benchmarks.load.LoadClient;
import io.millrace.benchmarks.load.Receiver;
import io.millrace.benchmarks.load.Sender;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The Java client of NATS, with the settings that were fastest on this machine. A topic is a stream
 * in files, with one subject of the same name. The server answers when an event is in the page
 * cache.
 */
final class NatsLoadClient implements LoadClient {

  private static final int WINDOW_EVENTS = 4000;

  private final Connection connection;
  private final JetStream events;
  private final JetStreamManagement streams;

  NatsLoadClient(String server) {
    try {
      connection =
          Nats.connect(
              Options.builder()
                  .server("nats://" + server)
                  .errorListener(new QuietErrorListener())
                  .build());
      events = connection.jetStream();
      streams = connection.jetStreamManagement();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to NATS", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while connecting to NATS", e);
    }
  }

  @Override
  public void createTopic(String topic, int partitions, Durability durability) {
    StreamConfiguration settings =
        StreamConfiguration.builder()
            .name(topic)
            .subjects(topic)
            .storageType(StorageType.File)
            .build();
    answer(() -> streams.addStream(settings));
  }

  @Override
  public void deleteTopic(String topic) {
    answer(() -> streams.deleteStream(topic));
  }

  @Override
  public long count(String topic) {
    return answer(() -> streams.getStreamInfo(topic)).getStreamState().getMsgCount();
  }

  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    if (durability == Durability.SYNCED) {
      throw new IllegalArgumentException("NATS does not fsync before it answers");
    }
    return new NatsSender(events, topic, WINDOW_EVENTS);
  }

  /**
   * Opens an ordered consumer: the server pushes events, and they are not acknowledged one by one.
   */
  @Override
  public Receiver receiver(String topic, Durability durability, Start start, Batching batching) {
    return new NatsReceiver(
        from -> {
          PushSubscribeOptions settings =
              PushSubscribeOptions.builder()
                  .ordered(true)
                  .pendingMessageLimit(0)
                  .pendingByteLimit(0)
                  .configuration(ConsumerConfiguration.builder().deliverPolicy(from).build())
                  .build();
          return answer(() -> events.subscribe(topic, settings));
        },
        switch (start) {
          case EARLIEST -> DeliverPolicy.All;
          case LATEST -> DeliverPolicy.New;
        });
  }

  private static <T> T answer(Request<T> request) {
    try {
      return request.send();
    } catch (IOException e) {
      throw new UncheckedIOException("NATS does not answer", e);
    } catch (JetStreamApiException e) {
      throw new IllegalStateException("NATS refused the request", e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @FunctionalInterface
  private interface Request<T> {

    T send() throws IOException, JetStreamApiException;
  }
}
