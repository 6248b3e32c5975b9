package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.FakeBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerTest {

  private final FakeBroker broker = new FakeBroker();
  private MillraceClient client;

  @BeforeEach
  void connect() {
    broker.topic("rides", 2);
    client = MillraceClient.connect(broker.address());
  }

  @AfterEach
  void close() {
    client.close();
    broker.close();
  }

  @Test
  void readsWhatIsThereAndWhatComes() {
    try (Producer producer = client.producer("rides").build();
        Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        producer.send(Event.of("k" + i, "v" + i));
      }
      while (values.size() < 20) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(5))) {
          values.add(event.valueAsString());
        }
      }
      assertThat(values).hasSize(20).doesNotHaveDuplicates();
      assertThat(consumer.position(0) + consumer.position(1)).isEqualTo(20);
    }
  }
}
