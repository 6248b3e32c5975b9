package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the partitions remember of producers, with little memory and over a long time. */
class ProducerMemoryTest {

  private static final int ALWAYS = ProducerTable.ALWAYS_REMEMBERED;

  private final TestClock clock = new TestClock();
  private final MemoryShare share = new MemoryShare(10 * ProducerTable.PRODUCER_BYTES);
  private final ProducerMemory memory = memoryOf(share);

  private ProducerMemory memoryOf(MemoryShare share) {
    return new ProducerMemory(share, Duration.ofDays(1), clock, clock::nanoTime);
  }

  private ProducerTable table() {
    return new ProducerTable(1000, TestBroker.ANY_SECRET, memory);
  }

  private void send(ProducerTable table, long id, long baseSequence) {
    ByteBuffer batch = batch(id, baseSequence);
    assertThat(table.find(batch, 0, ProducerSecret.NONE)).isNull();
    table.apply(batch, 0);
  }

  private ByteBuffer batch(long id, long baseSequence) {
    ByteBuffer batch = Batches.ofProducer(id, 0, baseSequence, 1);
    BatchHeader.stamp(batch, 0, baseSequence, clock.micros(), 0, 0);
    return batch;
  }

  private boolean remembers(ProducerTable table, long id) {
    return table.ids().anyMatch(known -> known == id);
  }

  @Test
  void aPartitionForgetsItsOwnOldestProducerWhenTheMemoryOfAllIsUsedUp() {
    ProducerTable other = table();
    for (int id = 0; id < ALWAYS + 5; id++) {
      send(other, id, 0);
    }
    ProducerTable table = table();
    for (int id = 0; id < 1000; id++) {
      send(table, id, 0);
      assertThat(share.used()).isLessThanOrEqualTo(share.limit());
    }

    assertThat(other.ids().count()).isEqualTo(ALWAYS + 5);
    assertThat(table.ids().toArray()).hasSize(ALWAYS + 5).contains(999).doesNotContain(0);
    send(table, 3, 7); // it may have been forgotten: any sequence is accepted
  }

  @Test
  void aPartitionAlwaysRemembersAFew() {
    share.reserve(share.limit());
    ProducerTable table = table();
    for (int id = 0; id < 100; id++) {
      for (int batch = 0; batch < 3; batch++) {
        send(table, id, batch);
      }
    }

    assertThat(table.ids().toArray()).containsExactly(96, 97, 98, 99);
    assertThat(table.find(batch(99, 2), 0, ProducerSecret.NONE).baseOffset()).isEqualTo(2);
    assertRefused(
        ErrorCode.DUPLICATE_SEQUENCE, () -> table.find(batch(99, 0), 0, ProducerSecret.NONE));
    send(table, 99, 3);
  }

  @Test
  void theBatchesOfAProducerAreWorthMoreThanProducersThatWereSilentLonger() {
    ProducerTable table = table();
    for (int id = 0; id < ALWAYS + 10; id++) {
      send(table, id, 0);
    }
    for (int batch = 1; batch < 30; batch++) {
      send(table, 5, batch);
    }

    for (int batch = 30 - ProducerSequences.REMEMBERED_BATCHES; batch < 30; batch++) {
      assertThat(table.find(batch(5, batch), 0, ProducerSecret.NONE).baseOffset()).isEqualTo(batch);
    }
    assertThat(remembers(table, 0)).isFalse();
    assertThat(share.used()).isLessThanOrEqualTo(share.limit());
  }

  @Test
  void theMemoryOfForgottenProducersIsGivenBackAlsoIfItIsNotEnough() {
    ProducerTable table = table();
    for (int id = 0; id <= ALWAYS; id++) {
      send(table, id, 0);
    }
    int batches = 8;
    for (int batch = 1; batch < batches; batch++) {
      send(table, ALWAYS, batch);
    }
    share.reserve(share.limit());
    send(table, ALWAYS, batches);

    assertThat(table.ids().count()).isEqualTo(ALWAYS);
    assertThat(share.used() - share.limit()).isEqualTo((batches - 1) * 3L * Long.BYTES);
  }

  @Test
  void aSilentProducerIsForgottenAtTheNextInsertion() {
    ProducerTable table = table();
    send(table, 1, 0);
    clock.move(Duration.ofHours(23));
    send(table, 2, 0);
    assertThat(remembers(table, 1)).isTrue();
    clock.move(Duration.ofHours(2));
    send(table, 3, 0);

    assertThat(table.ids().toArray()).containsExactly(2, 3);
    send(table, 1, 5);
  }

  @Test
  void withLittleMemoryLeftAShorterSilenceIsEnough() {
    ProducerTable table = table();
    for (int id = 0; id < ALWAYS + 7; id++) {
      send(table, id, 0);
    }
    clock.move(ProducerMemory.PRESSED_EXPIRY.plusSeconds(1));
    table.forgetSilent();
    assertThat(remembers(table, 0)).as("7 of 10").isTrue();

    send(table, 100, 0);
    table.forgetSilent();
    assertThat(table.ids().toArray()).as("8 of 10").containsExactly(100);
    assertThat(share.used()).isZero();
  }

  @Test
  void aStepOfTheClockIsNoSilence() {
    long begin = clock.micros();
    ProducerTable table = table();
    send(table, 1, 0);
    clock.step(Duration.ofDays(400));
    table.forgetSilent();
    assertThat(table.find(batch(1, 0), 0, ProducerSecret.NONE))
        .as("a batch that is sent again")
        .isEqualTo(new StoredBatch(0, 1, begin));
    send(table, 2, 0);
    clock.step(Duration.ofDays(400));
    clock.move(Duration.ofHours(23));
    send(table, 3, 0);
    assertThat(table.ids().toArray()).containsExactly(1, 2, 3);

    clock.move(Duration.ofHours(2));
    table.forgetSilent();
    assertThat(table.ids().toArray()).as("after a day").containsExactly(2, 3);
  }

  @Test
  void aStepBackAndForthForgetsNoProducer() {
    ProducerTable table = table();
    send(table, 1, 0);
    clock.step(Duration.ofDays(-2));
    table.forgetSilent();
    clock.step(Duration.ofDays(2));
    table.forgetSilent();
    assertThat(remembers(table, 1)).isTrue();

    clock.move(Duration.ofHours(25));
    table.forgetSilent();
    assertThat(remembers(table, 1)).isFalse();
  }

  @Test
  void smallStepsAddUp() {
    ProducerTable table = table();
    send(table, 1, 0);
    for (int i = 0; i < 2 * 24 * 3600; i++) {
      clock.step(SilenceClock.TOLERANCE);
      table.forgetSilent();
    }
    assertThat(remembers(table, 1)).isTrue();
  }

  @Test
  void aNamedProducerIsNeverForgotten() {
    ProducerTable table = table();
    long named = BatchHeader.FIRST_NAMED_PRODUCER;
    table.named().open(named, (short) 0);
    send(table, named, 0);
    clock.move(Duration.ofDays(1000));
    for (int id = 0; id < 100; id++) {
      send(table, id, 0);
    }
    table.forgetSilent();

    assertThat(table.named().last(named)).isZero();
  }

  @Test
  void aNamedProducerIsRefusedBeforeItsFirstBatchAndAKnownOneGoesOn() {
    ProducerTable table = table();
    long known = BatchHeader.FIRST_NAMED_PRODUCER;
    table.named().open(known, (short) 0);
    table.named().open(known + 1, (short) 0);
    send(table, known, 0);
    share.reserve(share.limit() - share.used());

    assertRefused(
            ErrorCode.LIMIT_REACHED, () -> table.find(batch(known + 1, 0), 0, ProducerSecret.NONE))
        .contains(share.limit() + " bytes", "MILLRACE_HEAP");
    for (int batch = 1; batch < 30; batch++) {
      send(table, known, batch);
    }
    assertThat(share.used()).isLessThanOrEqualTo(share.limit());
  }

  @Test
  void aRestoreTakesNoMoreMemoryThanThereIs() {
    MemoryShare large = new MemoryShare(1 << 30);
    ProducerTable saved = new ProducerTable(1000, TestBroker.ANY_SECRET, memoryOf(large));
    for (int id = 0; id < 500; id++) {
      for (int batch = 0; batch < 5; batch++) {
        send(saved, id, batch);
      }
    }

    share.reserve(share.limit());
    ProducerTable table = restored(saved);
    assertThat(table.ids().toArray()).containsExactly(496, 497, 498, 499);
    assertThat(share.used()).isEqualTo(share.limit());
    send(table, 499, 5);
    send(table, 1, 5);
  }

  @Test
  void aRestoreDoesNotBringSilentProducersBack() {
    ProducerTable saved = table();
    send(saved, 1, 0);
    clock.move(Duration.ofHours(20));
    send(saved, 2, 0);
    clock.move(Duration.ofHours(20));

    ProducerTable table = restored(saved);
    assertThat(table.ids().toArray()).containsExactly(2);
    send(table, 1, 4);
  }

  private ProducerTable restored(ProducerTable saved) {
    ByteBuffer section = ByteBuffer.allocate(saved.snapshotBytes()).order(ByteOrder.LITTLE_ENDIAN);
    saved.snapshot(section);
    ProducerTable table = table();
    table.restore(section.flip());
    assertThat(section.hasRemaining()).isFalse();
    return table;
  }

  @Test
  void theMemoryOfAPartitionThatIsClosedIsGivenBack() {
    ProducerTable table = table();
    for (int id = 0; id < 100; id++) {
      send(table, id, 0);
    }
    assertThat(share.used()).isPositive();
    table.close();
    table.close();
    assertThat(share.used()).isZero();
  }
}
