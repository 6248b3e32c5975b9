package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeletionBound;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {

  @Test
  void eachPartitionOfADeletionCounts() {
    long one = RequestMemory.of(deletion(1), 0);
    long thousand = RequestMemory.of(deletion(1000), 0);

    assertThat((thousand - one) / 999).as("bytes for a partition").isGreaterThanOrEqualTo(1024);
  }

  private static DeleteEventsRequest deletion(int partitions) {
    List<DeletionBound> bounds =
        IntStream.range(0, partitions).mapToObj(each -> new DeletionBound(each, 0)).toList();
    return new DeleteEventsRequest(new UUID(1, 2), bounds);
  }
}
