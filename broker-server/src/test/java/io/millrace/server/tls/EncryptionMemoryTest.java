package io.millrace.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncryptionMemoryTest {

  private static final int CONNECTIONS = 1000;

  @Test
  void connectionsShareTheMemory() {
    EncryptionMemory memory = new EncryptionMemory(64L << 20);
    assertThat(memory.ofOneConnection()).isEqualTo(EncryptionMemory.MAX_BYTES);

    for (int i = 0; i < CONNECTIONS; i++) {
      memory.opened();
    }

    assertThat((long) memory.ofOneConnection() * CONNECTIONS).isLessThanOrEqualTo(64L << 20);
    for (int i = 0; i < 9 * CONNECTIONS; i++) {
      memory.opened();
    }
    assertThat(memory.ofOneConnection()).isEqualTo(EncryptionMemory.MIN_BYTES);
    for (int i = 0; i < 10 * CONNECTIONS; i++) {
      memory.closed();
    }
    assertThat(memory.ofOneConnection()).isEqualTo(EncryptionMemory.MAX_BYTES);
  }
}
