package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import io.millrace.storage.TestSettings;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The state of each topic is read as a whole or refused, and no topic depends on another. */
class TopicCatalogueTest {

  private static final TopicEntry ENTRY =
      new TopicEntry(
          new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L),
          "rides",
          1_700_000_000_000_000L,
          4,
          Stage.ACTIVE,
          new TopicSettings(Duration.ofDays(7), 1 << 30, TestSettings.segmentBytes(128 << 20)));

  private static final String NAME = "topic-01020304-0506-0708-090a-0b0c0d0e0f10";
  private static final TopicEntry OTHER =
      new TopicEntry(new UUID(3, 4), "x", 0, 1, Stage.ACTIVE, TestBroker.SETTINGS.topicDefaults());

  private final LogStorage storage = new MemoryStorage(1 << 20);
  private final StateStore states = storage.states();

  private byte[] stored() {
    TopicCatalogue.load(states, 2).put(ENTRY);
    return states.load(NAME).orElseThrow().bytes();
  }

  /** The refusal of the topic, and of it alone, when its state has these bytes. */
  private StorageException refusalOver(byte[] bytes) {
    save(NAME, bytes);
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    assertThat(catalogue.entries()).isEmpty();
    assertThat(catalogue.refused()).containsOnlyKeys(ENTRY.id());
    return catalogue.refused().get(ENTRY.id());
  }

  private ErrorCode codeOfLoading(byte[] bytes) {
    save(NAME, bytes);
    return catchThrowableOfType(StorageException.class, () -> TopicCatalogue.load(states, 2))
        .code();
  }

  @Test
  void entriesAreReadAsTheyWereWritten() {
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    assertThat(catalogue.entries()).isEmpty();
    TopicEntry creating = OTHER.in(Stage.CREATING);
    catalogue.put(ENTRY);
    catalogue.put(creating);
    catalogue.put(creating.in(Stage.DELETING));
    assertThat(TopicCatalogue.load(states, 2).entries())
        .containsExactlyInAnyOrder(ENTRY, creating.in(Stage.DELETING));
    catalogue.remove(ENTRY.id());
    assertThat(TopicCatalogue.load(states, 2).entries())
        .containsExactly(creating.in(Stage.DELETING));
    assertThat(states.list("")).containsExactly("topic-" + creating.id());
  }

  @Test
  void manyTopicsAreReadAsTheyWereWritten() {
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    List<TopicEntry> entries =
        IntStream.range(0, 100)
            .mapToObj(
                i -> new TopicEntry(new UUID(i, 1), "t" + i, i, 1, Stage.ACTIVE, OTHER.settings()))
            .toList();
    entries.forEach(catalogue::put);
    save(NAME, new byte[1]);
    TopicCatalogue loaded = TopicCatalogue.load(states, 2);
    assertThat(loaded.entries()).containsExactlyElementsOf(entries);
    assertThat(loaded.refused()).containsOnlyKeys(ENTRY.id());
    save(NAME, withVersion(3));
    assertThat(catchThrowableOfType(StorageException.class, this::load).code())
        .isEqualTo(ErrorCode.LOG_TOO_NEW);
  }

  private void load() {
    TopicCatalogue.load(states, 2);
  }

  @Test
  void aChangeTouchesTheStateOfItsTopicAlone() {
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    catalogue.put(ENTRY);
    StoredState before = states.load(NAME).orElseThrow();
    catalogue.put(OTHER);
    catalogue.remove(OTHER.id());
    assertThat(states.load(NAME).orElseThrow().version()).isEqualTo(before.version());
  }

  @Test
  void twoBrokersChangeDifferentTopicsAndOneAtATimeTheSame() {
    TopicCatalogue first = TopicCatalogue.load(states, 2);
    first.put(ENTRY);
    first.put(OTHER);
    TopicCatalogue second = TopicCatalogue.load(states, 2);
    first.put(ENTRY.in(Stage.DELETING));
    second.put(OTHER.in(Stage.DELETING));
    assertThat(catchThrowableOfType(StorageException.class, () -> first.put(OTHER)).code())
        .isEqualTo(ErrorCode.FENCED);
    first.remove(ENTRY.id());
    assertThat(catchThrowableOfType(StorageException.class, () -> second.put(ENTRY)).code())
        .isEqualTo(ErrorCode.FENCED);
    assertThat(TopicCatalogue.load(states, 2).entries()).containsExactly(OTHER.in(Stage.DELETING));
  }

  /** A second attempt would find its own change on the disk, and undo that of the other broker. */
  @Test
  void aChangeThatAnotherBrokerHasMadeFirstIsLeftAsItIs() {
    TopicCatalogue first = TopicCatalogue.load(states, 2);
    first.put(ENTRY);
    TopicCatalogue second = TopicCatalogue.load(states, 2);
    first.put(ENTRY.in(Stage.DELETING));
    assertThat(
            catchThrowableOfType(StorageException.class, () -> second.put(ENTRY.in(Stage.DELETING)))
                .code())
        .isEqualTo(ErrorCode.FENCED);
    assertThat(TopicCatalogue.load(states, 2).entries()).containsExactly(ENTRY.in(Stage.DELETING));
  }

  /** The bytes of version 2, written once: they must be readable for ever. */
  @Test
  void theBytesOfVersionTwoAreFixed() {
    String golden =
        "4d52544302000000d3c800a2" // envelope
            + "0807060504030201100f0e0d0c0b0a09" // id
            + "05007269646573" // name
            + "00401e18240a0600" // created at
            + "0400000001" // partitions, stage
            + "00840c24000000000000004000000000" // retention time and bytes
            + "01000c007365676d656e744279746573" // one setting of the engine
            + "06003132384d6942"; // 128MiB
    assertThat(HexFormat.of().formatHex(stored())).isEqualTo(golden);
    save(NAME, HexFormat.of().parseHex(golden));
    assertThat(TopicCatalogue.load(states, 2).entries()).containsExactly(ENTRY);
  }

  @Test
  void everyDamagedByteIsNoticed() {
    byte[] good = stored();
    for (int i = 0; i < good.length; i++) {
      byte[] damaged = good.clone();
      damaged[i] ^= 0x10;
      assertThat(refusalOver(damaged).code()).as("byte %d", i).isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void everyTruncationIsNoticed() {
    byte[] good = stored();
    for (int length = 0; length < good.length; length++) {
      byte[] truncated = Arrays.copyOf(good, length);
      assertThat(refusalOver(truncated).code())
          .as("%d bytes", length)
          .isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void anotherVersionIsNotMistakenForDamage() {
    assertThat(codeOfLoading(withVersion(3))).isEqualTo(ErrorCode.LOG_TOO_NEW);
    assertThat(codeOfLoading(withVersion(1))).isEqualTo(ErrorCode.LOG_TOO_OLD);
  }

  private static byte[] withVersion(int version) {
    StateEnvelope format = new StateEnvelope("a topic", "MRTC", version);
    return format.seal(format.begin(0));
  }

  @Test
  void aBodyThatContradictsItselfIsDamage() {
    StateEnvelope format = new StateEnvelope("a topic", "MRTC", 2);
    assertThat(refusalOver(format.seal(format.begin(4).putInt(1))).code())
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @Test
  void theStateOfAnotherTopicIsDamage() {
    TopicCatalogue.load(states, 2).put(OTHER);
    byte[] other = states.load("topic-" + OTHER.id()).orElseThrow().bytes();
    save(NAME, other);
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    assertThat(catalogue.entries()).containsExactly(OTHER);
    assertThat(catalogue.refused().get(ENTRY.id())).hasMessageContaining(OTHER.id().toString());
  }

  @Test
  void statesThatAreNotOfATopicAreLeftAlone() {
    save("topic-1-2-3-4-5", new byte[] {1});
    save("topic-" + OTHER.id() + "-old", new byte[] {1});
    save("topics-of-interest", new byte[] {1});
    TopicCatalogue.load(states, 2).put(ENTRY);
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    assertThat(catalogue.entries()).containsExactly(ENTRY);
    assertThat(catalogue.refused()).isEmpty();
    assertThat(states.list("")).hasSize(4);
  }

  @Test
  void twoActiveTopicsOfOneNameAreBothRefusedAndNoneInAnotherStage() {
    TopicEntry twin = new TopicEntry(new UUID(5, 6), "rides", 0, 1, Stage.ACTIVE, OTHER.settings());
    TopicCatalogue first = TopicCatalogue.load(states, 2);
    first.put(ENTRY);
    first.put(OTHER);
    first.put(twin.in(Stage.DELETING));
    assertThat(TopicCatalogue.load(states, 2).refused()).isEmpty();
    first.put(twin);
    TopicCatalogue catalogue = TopicCatalogue.load(states, 2);
    assertThat(catalogue.entries()).containsExactly(OTHER);
    assertThat(catalogue.refused()).containsOnlyKeys(ENTRY.id(), twin.id());
    assertThat(catalogue.refused().get(twin.id()))
        .hasMessageContaining("'rides' is on record twice")
        .hasMessageContaining(ENTRY.id().toString())
        .extracting(StorageException::code)
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @Test
  void aBrokerDoesNotTakeLogsWithoutACatalogueForDeletedTopics() {
    LogId id = new LogId(new UUID(1, 2), 0);
    makeLog(id);
    assertRefused(ErrorCode.CORRUPT_LOG, this::openBroker)
        .contains("the topic catalogue is missing", id.toString());
    assertThat(storage.list()).containsExactly(id);
    assertThat(states.list("")).as("a start that fails makes no state").isEmpty();
    assertThat(StoredStates.of(states, storage.list(), Set.of()).refusals())
        .singleElement()
        .satisfies(
            refusal -> assertThat(refusal.reason()).contains("the topic catalogue is missing"));
  }

  @Test
  void aToolFindsTheStatesThatAStartRefusesInItsWords() {
    LogId id = new LogId(new UUID(1, 2), 0);
    makeLog(id);
    TopicCatalogue.load(states, 2).put(OTHER);
    save(NAME, new byte[1]);
    save("producers-" + OTHER.id(), new byte[1]);
    assertThat(StoredStates.of(states, storage.list(), Set.of()).refusals())
        .extracting(StoredStates.Refusal::state)
        .containsExactlyInAnyOrder(
            NAME, "topic-" + id.topicId(), "producers-" + OTHER.id(), "broker-id", "producer-ids");
    assertThat(StoredStates.of(states, storage.list(), storage.list()).refusals())
        .filteredOn(refusal -> refusal.topic().equals(Optional.of(id.topicId())))
        .singleElement()
        .satisfies(
            refusal -> assertThat(refusal.reason()).contains("millrace log repair DIR --apply"));
  }

  /** A register that is older than the deletion of a topic names the topic's logs again. */
  @Test
  void aTopicOfWhichTheStorageKnowsOnlyTheNamesIsRefusedWithTheNextStep() {
    TopicCatalogue.load(states, 2).put(OTHER);
    makeLog(new LogId(OTHER.id(), 0));
    LogId deleted = new LogId(new UUID(1, 2), 0);
    AtomicReference<String> reason = new AtomicReference<>();
    ManualOwner owner = new ManualOwner(() -> {});
    Broker broker = TestBroker.open(new OlderRegister(storage, deleted), owner);
    owner.runAside(
        () -> {
          reason.set(
              broker
                  .topic("__refused-" + deleted.topicId())
                  .partitions()
                  .get(0)
                  .failure()
                  .getMessage());
          broker.close();
        });
    assertThat(reason.get())
        .contains(deleted.topicId().toString(), "millrace log repair DIR --apply");
  }

  @Test
  void aStartWithoutAnyStateNamesTheNextStepForDeletedTopics() {
    LogId deleted = new LogId(new UUID(1, 2), 0);
    ManualOwner owner = new ManualOwner(() -> {});
    assertRefused(
            ErrorCode.CORRUPT_LOG,
            () -> TestBroker.open(new OlderRegister(storage, deleted), owner))
        .contains("the topic catalogue is missing", "millrace log repair DIR --apply");
  }

  private static final class OlderRegister extends ForwardingStorage {

    private final LogId deleted;

    OlderRegister(LogStorage inner, LogId deleted) {
      super(inner);
      this.deleted = deleted;
    }

    @Override
    public Set<LogId> list() {
      Set<LogId> all = new HashSet<>(inner().list());
      all.add(deleted);
      return all;
    }

    @Override
    public Set<LogId> namedOnly() {
      return Set.of(deleted);
    }
  }

  @Test
  void aLogOfATopicThatIsNotOnRecordIsLeftAlone() {
    TopicCatalogue.load(states, 2).put(ENTRY.in(Stage.DELETING));
    LogId stranger = new LogId(new UUID(1, 2), 0);
    makeLog(stranger);
    makeLog(new LogId(ENTRY.id(), 0));
    openBroker();
    assertThat(storage.list()).containsExactly(stranger);
    assertThat(TopicCatalogue.load(states, 2).entries()).isEmpty();
  }

  private void makeLog(LogId id) {
    storage
        .open(
            id,
            TestBroker.SETTINGS.topicDefaults().logSettings(),
            new NoReplay(),
            new BufferedLogEvents())
        .toCompletableFuture()
        .join()
        .close();
  }

  private void openBroker() {
    ManualOwner owner = new ManualOwner(() -> {});
    Broker broker = TestBroker.open(storage, owner);
    owner.runAside(broker::close);
  }

  private static final class NoReplay implements LogReplay {
    @Override
    public void restore(byte[] checkpointState) {}

    @Override
    public void replay(ByteBuffer header) {}
  }

  private void save(String name, byte[] bytes) {
    long version = states.load(name).map(StoredState::version).orElse(StateStore.NO_VERSION);
    states.save(name, version, bytes);
  }
}
