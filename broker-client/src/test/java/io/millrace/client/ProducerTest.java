package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.FakeBroker;
import io.millrace.client.fake.FakePartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProducerTest {

  private final FakeBroker broker = new FakeBroker();
  private MillraceClient client;

  @BeforeEach
  void connect() {
    broker.topic("rides", 1);
    client =
        MillraceClient.builder()
            .server(broker.address())
            .clientId("test")
            .reconnectBackoff(Duration.ofMillis(1), Duration.ofMillis(5))
            .build();
  }

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  @Test
  void receiptTellsWhereTheEventIsStored() throws Exception {
    try (Producer producer = client.producer("rides").build()) {
      producer.send(Event.of("a")).get(5, TimeUnit.SECONDS);
      Receipt receipt = producer.send(Event.of("b")).get(5, TimeUnit.SECONDS);

      assertThat(receipt.topic()).isEqualTo("rides");
      assertThat(receipt.partition()).isZero();
      assertThat(receipt.offset()).isEqualTo(1);
      assertThat(receipt.appendTime()).hasToString("2023-11-14T22:13:20.000001Z");
    }
    assertThat(broker.partition("rides", 0).values()).containsExactly("a", "b");
  }

  @Test
  void manyEventsKeepTheirOrder() throws Exception {
    FakePartition log = broker.partition("rides", 0);
    List<String> sent = new ArrayList<>();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    try (Producer producer = client.producer("rides").batchBytes(2048).build()) {
      for (int i = 0; i < 10_000; i++) {
        sent.add("event-" + i);
        receipts.add(producer.send(Event.of("event-" + i)));
      }
      producer.flush();
    }
    assertThat(log.values()).isEqualTo(sent);
    for (int i = 0; i < receipts.size(); i++) {
      assertThat(receipts.get(i).getNow(null).offset()).isEqualTo(i);
    }
  }
}
