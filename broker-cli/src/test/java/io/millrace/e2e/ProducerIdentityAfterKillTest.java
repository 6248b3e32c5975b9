package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.e2e.PlainBatch.Event;
import io.millrace.e2e.PlainSocketClient.Refused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client resends its batches in flight to a broker that was killed and started again: its id and
 * its secret are still valid, and each batch is stored once. Another client still cannot use the
 * id.
 */
class ProducerIdentityAfterKillTest {

  private static final int BATCHES = 16;
  private static final int UNKNOWN_PRODUCER = 306;

  @TempDir Path directory;

  private long producerId;
  private int epoch;
  private final byte[] secret = new byte[PlainSocketClient.SECRET_BYTES];

  @Test
  void batchesInFlightAreStoredOnceOverAKill() throws IOException, Refused {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      UUID topic;
      try (PlainSocketClient client = new PlainSocketClient(broker.port())) {
        client.hello("taxi-1");
        topic = client.createTopic("rides", 1);
        openProducer(client);
        assertThat(client.produce(topic, 0, secret, batch(0))).isZero();
        for (int sequence = 1; sequence < BATCHES; sequence++) {
          client.sendProduce(topic, 0, secret, batch(sequence));
        }
        client.receive();
        broker.kill();
      }
      broker.start();
      try (PlainSocketClient client = new PlainSocketClient(broker.port())) {
        client.hello("taxi-1");
        Refused refused =
            catchThrowableOfType(Refused.class, () -> client.produce(topic, 0, batch(0)));
        assertThat(refused.code).as("without the secret").isEqualTo(UNKNOWN_PRODUCER);
        for (int sequence = 0; sequence < BATCHES; sequence++) {
          assertThat(client.produce(topic, 0, secret, batch(sequence))).isEqualTo(sequence);
        }
        long id = producerId;
        openProducer(client);
        assertThat(producerId).isGreaterThan(id);
        assertThat(client.produce(topic, 0, secret, batch(0))).isEqualTo(BATCHES);
      }
    }
  }

  private void openProducer(PlainSocketClient client) throws IOException, Refused {
    ByteBuffer identity = client.call(PlainSocketClient.OPEN_PRODUCER, PlainSocketClient.NOTHING);
    producerId = identity.getLong();
    epoch = identity.getShort();
    identity.get(secret);
  }

  private ByteBuffer batch(int sequence) {
    Event event = new Event(1_795_363_201_250_000L, "taxi-1", null, "event " + sequence);
    return PlainBatch.of(producerId, epoch, sequence, List.of(event));
  }
}
