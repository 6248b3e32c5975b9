package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A broker that breaks the connection or refuses the batch for about every third batch. */
class ProducerChaosTest extends BrokerTest {

  private static final int EVENTS = 300;

  static LongStream seeds() {
    long first = Long.getLong("millrace.seed", System.nanoTime());
    return LongStream.range(first, first + 10);
  }

  @ParameterizedTest(name = "-Dmillrace.seed={0}")
  @MethodSource("seeds")
  void everyReceiptIsCorrectAndOrderIsKept(long seed) {
    broker.topic("rides", 2);
    Producer producer = client().producer("rides").batchBytes(1024).retry(fastRetry()).build();
    Random random = new Random(seed);
    broker.script(
        exchange -> {
          if (exchange.request() instanceof ProduceRequest) {
            misbehave(exchange, random.nextInt(20));
          } else {
            exchange.proceed();
          }
        });
    List<List<String>> sent = List.of(new ArrayList<>(), new ArrayList<>());
    Map<String, CompletableFuture<Receipt>> receipts = new HashMap<>();
    for (int i = 0; i < EVENTS; i++) {
      int partition = i % 2;
      String value = i + "-" + "x".repeat(i % 700);
      sent.get(partition).add(value);
      receipts.put(value, producer.send(Event.builder().value(value).partition(partition).build()));
    }
    producer.flush();

    for (int partition = 0; partition < 2; partition++) {
      List<String> stored =
          broker.partition("rides", partition).values().stream()
              .map(ProducerChaosTest::number)
              .toList();
      List<String> expected = new ArrayList<>();
      for (String value : sent.get(partition)) {
        CompletableFuture<Receipt> receipt = receipts.get(value);
        if (receipt.isCompletedExceptionally()) {
          assertThat(failure(receipt).code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
        } else {
          expected.add(number(value));
          long offset = get(receipt).offset();
          assertThat(stored.get((int) offset)).isEqualTo(number(value));
        }
      }
      assertThat(stored).as("seed %d partition %d", seed, partition).isEqualTo(expected);
    }
  }

  private static String number(String value) {
    return value.substring(0, value.indexOf('-'));
  }

  private boolean isStored(Exchange exchange) {
    ProduceRequest request = (ProduceRequest) exchange.request();
    return broker
        .partition("rides", request.partition())
        .isStored(ByteBufUtil.getBytes(request.batch()));
  }

  private void misbehave(Exchange exchange, int dice) {
    switch (dice) {
      case 0 -> exchange.cut();
      case 1 -> {
        exchange.execute();
        exchange.cut();
      }
      case 2 -> exchange.answerHalf(exchange.execute());
      case 3 -> {
        exchange.proceed();
        exchange.cut();
      }
      case 4 -> exchange.refuse(ErrorCode.DISK_FULL);
      case 5 -> {
        // A broker that has stored a batch answers a copy of it with the same receipt.
        if (isStored(exchange)) {
          exchange.proceed();
        } else {
          exchange.refuse(ErrorCode.BATCH_TOO_LARGE);
        }
      }
      case 6 -> {
        exchange.session().goAway(ErrorCode.SHUTTING_DOWN);
        exchange.proceed();
      }
      default -> exchange.proceed();
    }
  }
}
