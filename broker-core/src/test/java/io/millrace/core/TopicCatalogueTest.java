package io.millrace.core;

import static io.millrace.core.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.core.TopicCatalogue.Entry;
import io.millrace.core.TopicCatalogue.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The catalogue is read as a whole or refused. */
class TopicCatalogueTest {

  private static final String NAME = "topics";
  private static final Entry ENTRY =
      new Entry(
          new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L),
          "rides",
          1_700_000_000_000_000L,
          4,
          Stage.ACTIVE,
          new TopicSettings(Duration.ofDays(7), 1 << 30, 128 << 20));

  private final LogStorage storage = new MemoryStorage(1 << 20);
  private final StateStore states = storage.states();

  private byte[] stored() {
    TopicCatalogue.load(states).put(ENTRY);
    return states.load(NAME).orElseThrow().bytes();
  }

  private ErrorCode codeOfLoading(byte[] bytes) {
    save(bytes);
    return catchThrowableOfType(StorageException.class, () -> TopicCatalogue.load(states)).code();
  }

  @Test
  void entriesAreReadAsTheyWereWritten() {
    TopicCatalogue catalogue = TopicCatalogue.load(states);
    assertThat(catalogue.entries()).isEmpty();
    Entry other =
        new Entry(new UUID(3, 4), "x", 0, 1, Stage.CREATING, TestBroker.SETTINGS.topicDefaults());
    catalogue.put(ENTRY);
    catalogue.put(other);
    catalogue.put(other.in(Stage.DELETING));
    assertThat(TopicCatalogue.load(states).entries())
        .containsExactly(ENTRY, other.in(Stage.DELETING));
    catalogue.remove(ENTRY.id());
    assertThat(TopicCatalogue.load(states).entries()).containsExactly(other.in(Stage.DELETING));
  }

  /** The bytes of version 1, written once: they must be readable for ever. */
  @Test
  void theBytesOfVersionOneAreFixed() {
    String golden =
        "4d52544301000000d7c8f57201000000" // envelope, one topic
            + "0807060504030201100f0e0d0c0b0a09" // id
            + "05007269646573" // name
            + "00401e18240a0600" // created at
            + "0400000001" // partitions, stage
            + "00840c24000000000000004000000000" // retention time and bytes
            + "00000008"; // segment bytes
    assertThat(HexFormat.of().formatHex(stored())).isEqualTo(golden);
  }

  @Test
  void everyDamagedByteIsNoticed() {
    byte[] good = stored();
    for (int i = 0; i < good.length; i++) {
      byte[] damaged = good.clone();
      damaged[i] ^= 0x10;
      assertThat(codeOfLoading(damaged)).as("byte %d", i).isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void everyTruncationIsNoticed() {
    byte[] good = stored();
    for (int length = 0; length < good.length; length++) {
      byte[] truncated = Arrays.copyOf(good, length);
      assertThat(codeOfLoading(truncated)).as("%d bytes", length).isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void anotherVersionIsNotMistakenForDamage() {
    assertThat(codeOfLoading(withVersion(2))).isEqualTo(ErrorCode.LOG_TOO_NEW);
    assertThat(codeOfLoading(withVersion(0))).isEqualTo(ErrorCode.LOG_TOO_OLD);
  }

  private static byte[] withVersion(int version) {
    StateEnvelope format = new StateEnvelope("a catalogue", "MRTC", version);
    return format.seal(format.begin(0));
  }

  @Test
  void aBodyThatContradictsItselfIsDamage() {
    StateEnvelope format = new StateEnvelope("a catalogue", "MRTC", 1);
    ByteBuffer manyWithoutAny = format.begin(4).putInt(1_000_000);
    assertThat(codeOfLoading(format.seal(manyWithoutAny))).isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @Test
  void aBrokerDoesNotStartOverADamagedCatalogue() {
    byte[] damaged = stored();
    damaged[20] ^= 1;
    save(damaged);
    assertRefused(ErrorCode.CORRUPT_LOG, this::openBroker)
        .contains("the topic catalogue", "restore");
  }

  @Test
  void aBrokerDoesNotTakeLogsWithoutACatalogueForDeletedTopics() {
    LogId id = new LogId(new UUID(1, 2), 0);
    storage
        .open(
            id, TestBroker.SETTINGS.topicDefaults().logSettings(), new NoReplay(), new LogEvents())
        .toCompletableFuture()
        .join()
        .close();
    assertRefused(ErrorCode.CORRUPT_LOG, this::openBroker)
        .contains("the topic catalogue is missing", id.toString());
    assertThat(storage.list()).containsExactly(id);
  }

  @Test
  void aLogOfATopicThatIsNotOnRecordIsLeftAlone() {
    TopicCatalogue.load(states).put(ENTRY.in(Stage.DELETING));
    LogId stranger = new LogId(new UUID(1, 2), 0);
    LogId deleted = new LogId(ENTRY.id(), 0);
    storage
        .open(
            stranger,
            TestBroker.SETTINGS.topicDefaults().logSettings(),
            new NoReplay(),
            new LogEvents())
        .toCompletableFuture()
        .join()
        .close();
    storage
        .open(
            deleted,
            TestBroker.SETTINGS.topicDefaults().logSettings(),
            new NoReplay(),
            new LogEvents())
        .toCompletableFuture()
        .join()
        .close();
    openBroker();
    assertThat(storage.list()).containsExactly(stranger);
    assertThat(TopicCatalogue.load(states).entries()).isEmpty();
  }

  private void openBroker() {
    ManualOwner owner = new ManualOwner(() -> {});
    Broker.open(
            TestBroker.SETTINGS,
            storage,
            id -> owner,
            new TestClock(),
            (opened, total) -> {},
            BrokerObserver.none())
        .close();
  }

  private static final class NoReplay implements LogReplay {
    @Override
    public void restore(byte[] checkpointState) {}

    @Override
    public void replay(ByteBuffer header) {}
  }

  private void save(byte[] bytes) {
    long version = states.load(NAME).map(StoredState::version).orElse(StateStore.NO_VERSION);
    states.save(NAME, version, bytes);
  }
}
