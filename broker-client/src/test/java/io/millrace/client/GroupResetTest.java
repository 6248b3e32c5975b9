package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GroupResetTest {

  @Test
  void aResetDoesNotChangeWithTheSetOfItsPartitions() {
    TreeSet<Integer> partitions = new TreeSet<>();
    partitions.add(1);
    GroupReset reset = new GroupReset("orders", StartPosition.earliest(), partitions);
    partitions.add(2);

    assertThat(reset.partitions()).containsExactly(1);
    assertThatThrownBy(() -> reset.partitions().add(3))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(GroupReset.of("orders", StartPosition.earliest()).partitions(3, 0).partitions())
        .containsExactly(0, 3);
  }
}
