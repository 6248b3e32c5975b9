package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cursor on a log whose readers wait for the device to find their first slice, and only then. */
class FetchCursorTest {

  private static final int BATCHES = 10;

  private final ManualOwner owner = new ManualOwner(() -> {});
  private final AtomicInteger loads = new AtomicInteger();
  private TakeoverStorage storage;
  private Broker broker;
  private Partition partition;

  @BeforeEach
  void open() {
    storage = new TakeoverStorage(Engine.MEMORY.disk().create());
    storage.firstSlicesCold = true;
    storage.beforeLoad = loads::incrementAndGet;
    broker = TestBroker.open(storage, owner);
    partition = Await.result(broker.createTopic("rides", 1, Map.of())).partitions().get(0);
    for (int i = 0; i < BATCHES; i++) {
      append();
    }
  }

  @AfterEach
  void close() {
    owner.runAside(broker::close);
    assertThat(storage.openReaders).as("readers left open").hasValue(0);
  }

  private Answer append() {
    Answer answer = new Answer();
    partition.append(Batches.atTimes(1, 2), ProducerSecret.NONE, AckLevel.STORED, answer);
    return answer;
  }

  /** Reads one batch; returns its offset. */
  private long read(FetchCursor cursor, long offset) {
    try (PartitionSlice slice = Await.result(cursor.read(offset, 1, IsolationLevel.LATEST))) {
      assertThat(slice.nextOffset()).isGreaterThan(offset);
      return BatchHeader.baseOffset(slice.batches(), slice.batches().position());
    }
  }

  @Test
  void onlyTheFirstOfSequentialReadsWaitsForAReaderThread() {
    try (FetchCursor cursor = partition.openCursor()) {
      for (long offset = 0; offset < 2 * BATCHES; offset += 2) {
        assertThat(read(cursor, offset)).isEqualTo(offset);
      }
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void aCursorAtTheEndKeepsItsPlace() {
    try (FetchCursor cursor = partition.openCursor()) {
      read(cursor, 2 * BATCHES - 2);
      try (PartitionSlice slice = cursor.read(2 * BATCHES, 1, IsolationLevel.LATEST).join()) {
        assertThat(slice.batches().hasRemaining()).isFalse();
        assertThat(slice.nextOffset()).isEqualTo(2 * BATCHES);
      }
      append().offset();
      assertThat(read(cursor, 2 * BATCHES)).isEqualTo(2 * BATCHES);
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void anyOffsetCanBeRead() {
    try (FetchCursor cursor = partition.openCursor()) {
      assertThat(read(cursor, 8)).isEqualTo(8);
      assertThat(read(cursor, 3)).isEqualTo(2);
      assertThat(read(cursor, 13)).isEqualTo(12);
      assertThat(read(cursor, 14)).isEqualTo(14);
      assertThat(storage.openReaders).hasValue(1);
    }
    assertThat(loads).hasValue(3);
  }

  @Test
  void anOffsetOutsideTheLogIsRefusedAndTheNextReadWorks() {
    try (FetchCursor cursor = partition.openCursor()) {
      ExpectedRefusals.assertRefused(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          () -> Await.result(cursor.read(2 * BATCHES + 1, 1, IsolationLevel.LATEST)));
      assertThat(read(cursor, 0)).isZero();
    }
  }

  @Test
  void anIdleCursorHoldsNoSlice() {
    try (FetchCursor cursor = partition.openCursor()) {
      read(cursor, 0);
      assertThat(ColdReader.OPEN_SLICES).hasValue(0);
      assertThat(storage.openReaders).hasValue(1);
    }
    assertThat(storage.openReaders).hasValue(0);
  }

  @Test
  void noMoreThanALimitKeepTheirPlaceAndTheLongestIdleLosesIt() {
    List<FetchCursor> cursors = new ArrayList<>();
    for (int i = 0; i <= IdleReaders.MAX; i++) {
      cursors.add(partition.openCursor());
      read(cursors.get(i), 0);
    }
    assertThat(storage.openReaders).hasValue(IdleReaders.MAX);
    int before = loads.get();
    read(cursors.get(IdleReaders.MAX), 2);
    assertThat(loads).hasValue(before);
    read(cursors.get(0), 2);
    assertThat(loads).hasValue(before + 1);
    cursors.forEach(FetchCursor::close);
  }

  @Test
  void readsThatOverlapAreAllAnswered() {
    try (FetchCursor cursor = partition.openCursor()) {
      var first = cursor.read(0, 1, IsolationLevel.LATEST);
      var second = cursor.read(2, 1, IsolationLevel.LATEST);
      Await.result(first).close();
      Await.result(second).close();
      assertThat(storage.openReaders).hasValue(1);
    }
  }

  @Test
  void aCursorReadsOnWhenTheLogWasOpenedAgain() {
    try (FetchCursor cursor = partition.openCursor()) {
      read(cursor, 0);
      storage.fenceSilently(partition.id());
      append().refusal(ErrorCode.FENCED);
      owner.runUntil(() -> partition.failure() == null);
      assertThat(storage.openReaders).hasValue(0);
      assertThat(read(cursor, 2)).isEqualTo(2);
    }
  }

  @Test
  void aCursorThatIsClosedDuringAReadKeepsNoReader() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    storage.beforeLoad = () -> Await.result(gate);
    FetchCursor cursor = partition.openCursor();
    var reading = cursor.read(0, 1, IsolationLevel.LATEST);
    assertThat(storage.openReaders).hasValue(1);
    cursor.close();
    gate.complete(null);
    Await.result(reading).close();
    assertThat(storage.openReaders).hasValue(0);
  }

  @Test
  void aClosedCursorReadsNothing() {
    FetchCursor cursor = partition.openCursor();
    cursor.close();
    assertThatThrownBy(() -> cursor.read(0, 1, IsolationLevel.LATEST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
