package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.e2e.PlainBatch.Delivered;
import io.millrace.e2e.PlainBatch.Event;
import io.millrace.e2e.PlainSocketClient.Frame;
import io.millrace.e2e.PlainSocketClient.Refused;
import io.millrace.embedded.EmbeddedBroker;
import io.millrace.junit.MillraceTest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The broker serves a client that is written from {@code docs/protocol.md} alone. */
@Timeout(180)
@MillraceTest
class PlainSocketClientTest {

  private static final long TIME = 1_795_363_201_250_000L;
  private static final long MUCH_CREDIT = 1 << 20;
  private static final int HELLO_EXPECTED = 104;
  private static final int UNKNOWN_TOPIC = 200;
  private static final int UNKNOWN_PRODUCER = 306;

  private PlainSocketClient client;

  @BeforeEach
  void connect(EmbeddedBroker broker) throws IOException {
    client = new PlainSocketClient(broker.port());
  }

  @AfterEach
  void close() throws IOException {
    client.close();
  }

  @Test
  void helloReturnsTheLimits() throws IOException, Refused {
    ByteBuffer answer = client.hello("taxi-1");

    answer.getLong();
    answer.getLong();
    assertThat(PlainSocketClient.getString(answer)).isNotEmpty();
    int maxFrameBytes = answer.getInt();
    int maxEventBytes = answer.getInt();
    int maxBatchBytes = answer.getInt();
    assertThat(maxEventBytes).isPositive().isLessThan(maxBatchBytes);
    assertThat(maxBatchBytes).isLessThan(maxFrameBytes);
  }

  @Test
  void eventsAreReadAsTheyWereProduced() throws IOException, Refused {
    client.hello("taxi-1");
    UUID topic = client.createTopic("rides", 4);
    List<Event> events =
        List.of(
            new Event(TIME, "taxi-1", "ride-4711", "12.40 EUR"),
            new Event(TIME - 5_000_000, "taxi-1", null, ""),
            new Event(TIME, "taxi-1", "ride-4712", null));

    assertThat(client.produce(topic, 3, PlainBatch.of(-1, -1, -1, events))).isZero();
    assertThat(client.subscribe(7, topic, 3, 0, MUCH_CREDIT)).isZero();
    Frame delivery = client.nextPush();

    assertThat(delivery.api()).isEqualTo(PlainSocketClient.DELIVER);
    assertThat(delivery.body().getInt()).as("subscription").isEqualTo(7);
    assertThat(delivery.body().getLong()).as("next offset").isEqualTo(3);
    assertThat(delivery.body().getLong()).as("visible end").isEqualTo(3);
    assertThat(read(delivery.body()))
        .containsExactly(
            new Delivered(0, events.get(0)),
            new Delivered(1, events.get(1)),
            new Delivered(2, events.get(2)));
  }

  @Test
  void theWholeBatchWithTheStartOffsetIsDelivered() throws IOException, Refused {
    client.hello("taxi-1");
    UUID topic = client.createTopic("rides", 1);
    client.produce(topic, 0, PlainBatch.of(-1, -1, -1, List.of(event("a"), event("b"))));

    assertThat(client.subscribe(1, topic, 0, 1, MUCH_CREDIT)).isEqualTo(1);
    assertThat(nextDelivered()).extracting(Delivered::offset).containsExactly(0L, 1L);
  }

  @Test
  void storedEventsAreFollowedByNewOnes() throws IOException, Refused {
    client.hello("taxi-1");
    UUID topic = client.createTopic("rides", 1);
    client.produce(topic, 0, PlainBatch.of(-1, -1, -1, List.of(event("old"))));
    client.subscribe(1, topic, 0, 0, MUCH_CREDIT);
    assertThat(nextDelivered()).containsExactly(new Delivered(0, event("old")));

    client.produce(topic, 0, PlainBatch.of(-1, -1, -1, List.of(event("new"))));

    assertThat(nextDelivered()).containsExactly(new Delivered(1, event("new")));
  }

  @Test
  void aBatchThatIsSentTwiceIsStoredOnce() throws IOException, Refused {
    client.hello("taxi-1");
    UUID topic = client.createTopic("rides", 1);
    ByteBuffer identity = client.call(PlainSocketClient.OPEN_PRODUCER, PlainSocketClient.NOTHING);
    long producerId = identity.getLong();
    int epoch = identity.getShort();
    byte[] secret = new byte[PlainSocketClient.SECRET_BYTES];
    identity.get(secret);
    ByteBuffer batch = PlainBatch.of(producerId, epoch, 0, List.of(event("a"), event("b")));

    assertThat(client.produce(topic, 0, secret, batch)).isZero();
    assertThat(client.produce(topic, 0, secret, batch)).isZero();
    ByteBuffer next = PlainBatch.of(producerId, epoch, 2, List.of(event("c")));
    assertThat(client.produce(topic, 0, secret, next)).isEqualTo(2);
    Refused refused = catchThrowableOfType(Refused.class, () -> client.produce(topic, 0, next));
    assertThat(refused.code).as("without the secret").isEqualTo(UNKNOWN_PRODUCER);
  }

  @Test
  void deliveryWaitsForCredit() throws IOException, Refused {
    client.hello("taxi-1");
    UUID topic = client.createTopic("rides", 1);
    client.produce(topic, 0, PlainBatch.of(-1, -1, -1, List.of(event("a"))));
    client.produce(topic, 0, PlainBatch.of(-1, -1, -1, List.of(event("b"))));
    client.subscribe(1, topic, 0, 0, 1);
    Frame first = client.nextPush();
    int batchBytes = first.body().remaining() - (4 + 8 + 8);
    assertThat(read(first.body().position(first.body().position() + 4 + 8 + 8)))
        .containsExactly(new Delivered(0, event("a")));

    client.call(PlainSocketClient.PING, PlainSocketClient.NOTHING);
    assertThat(client.pendingPushes()).isZero();
    client.credit(1, batchBytes);

    assertThat(nextDelivered()).containsExactly(new Delivered(1, event("b")));
  }

  @Test
  void aRefusalHasAReasonAndTheConnectionStaysOpen() throws IOException, Refused {
    client.hello("taxi-1");

    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () ->
                client.produce(new UUID(1, 2), 0, PlainBatch.of(-1, -1, -1, List.of(event("a")))));

    assertThat(refused.code).isEqualTo(UNKNOWN_TOPIC);
    assertThat(refused).hasMessageContaining(new UUID(1, 2).toString());
    client.call(PlainSocketClient.PING, PlainSocketClient.NOTHING);
  }

  @Test
  void aConnectionWithoutHelloIsClosed() throws IOException {
    Refused refused =
        catchThrowableOfType(
            Refused.class, () -> client.call(PlainSocketClient.PING, PlainSocketClient.NOTHING));
    Frame goAway = client.nextPush();

    assertThat(refused.code).isEqualTo(HELLO_EXPECTED);
    assertThat(goAway.api()).isEqualTo(PlainSocketClient.GO_AWAY);
    assertThat(goAway.body().getShort()).isEqualTo((short) HELLO_EXPECTED);
    assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
  }

  private List<Delivered> nextDelivered() throws IOException {
    ByteBuffer body = client.nextPush().body();
    return read(body.position(body.position() + 4 + 8 + 8));
  }

  private static List<Delivered> read(ByteBuffer batches) {
    List<Delivered> events = new ArrayList<>();
    while (batches.hasRemaining()) {
      events.addAll(PlainBatch.read(batches));
    }
    return events;
  }

  private static Event event(String value) {
    return new Event(TIME, "taxi-1", null, value);
  }
}
