package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WireByteTest {

  @Test
  void ofAnAckLevelIsStable() {
    assertThat(AckLevel.values()).extracting(AckLevel::code).containsExactly(0, 1, 2);
    assertThat(AckLevel.values())
        .containsExactly(AckLevel.NONE, AckLevel.STORED, AckLevel.SYNCED)
        .allMatch(level -> AckLevel.ofCode(level.code()) == level);
    assertThatThrownBy(() -> AckLevel.ofCode(3)).hasMessageContaining("ack level 3 is unknown");
  }

  @Test
  void ofAnIsolationIsStable() {
    assertThat(IsolationLevel.values()).extracting(IsolationLevel::code).containsExactly(0, 1);
    assertThat(IsolationLevel.values())
        .containsExactly(IsolationLevel.DURABLE, IsolationLevel.LATEST)
        .allMatch(isolation -> IsolationLevel.ofCode(isolation.code()) == isolation);
    assertThatThrownBy(() -> IsolationLevel.ofCode(2))
        .hasMessageContaining("isolation 2 is unknown");
  }
}
