package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicSpecTest {

  /** A computed 0 is an error, and not a wish for the broker's default. */
  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aTopicHasAPartition(int partitions) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicSpec.partitions(partitions))
        .withMessageContaining("1 or more partitions, not " + partitions);
  }

  @Test
  void theDefaultIsTheBrokers() {
    assertThat(TopicSpec.defaults().setting("retentionTime", "7d").partitions()).isZero();
  }
}
