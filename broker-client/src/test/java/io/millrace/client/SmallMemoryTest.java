package io.millrace.client;

import org.junit.jupiter.api.BeforeEach;

/** A base for tests of a producer whose memory a few events fill. */
abstract class SmallMemoryTest extends BrokerTest {

  static final String HALF_A_BATCH = "x".repeat(600);

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
  }

  /** Three batches fill the memory. */
  final Producer.Builder small() {
    return client().producer("rides").batchBytes(1024).memoryLimit(3 * 1024);
  }
}
