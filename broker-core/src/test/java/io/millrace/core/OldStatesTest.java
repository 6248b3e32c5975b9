package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.NamedProducers.Opening;
import io.millrace.core.TopicEntry.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestSettings;
import io.millrace.storage.memory.MemoryStorage;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The states of older builds are replaced by one state per topic, whenever a crash interrupts. */
class OldStatesTest {

  /** Version 1 of the state of all topics, written once. */
  private static final byte[] TOPICS =
      HexFormat.of()
          .parseHex(
              "4d52544301000000d7c8f57201000000" // envelope, one topic
                  + "0807060504030201100f0e0d0c0b0a09" // id
                  + "05007269646573" // name
                  + "00401e18240a0600" // created at
                  + "0400000001" // partitions, stage
                  + "00840c24000000000000004000000000" // retention time and bytes
                  + "00000008"); // segment bytes

  /** Version 1 of the state of all named producers, written once. */
  private static final byte[] PRODUCERS =
      HexFormat.of()
          .parseHex(
              "4d52504e010000008f697e0e02000000" // envelope, two names
                  + "0807060504030201100f0e0d0c0b0a09" // topic id
                  + "06696d706f7274" // name
                  + "07000000000000400300" // producer id, epoch
                  + "03000000000000000400000000000000" // topic id
                  + "0178" // name
                  + "08000000000000400000"); // producer id, epoch

  private static final UUID RIDES = new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
  private static final TopicEntry ENTRY =
      new TopicEntry(
          RIDES,
          "rides",
          1_700_000_000_000_000L,
          4,
          Stage.ACTIVE,
          new TopicSettings(Duration.ofDays(7), 1 << 30, TestSettings.segmentBytes(128 << 20)));

  private final WatchedStorage storage = new WatchedStorage(new MemoryStorage(1 << 20));
  private final StateStore states = storage.states();

  private void saveOld() {
    states.save("topics", StateStore.NO_VERSION, TOPICS);
    states.save("named-producers", StateStore.NO_VERSION, PRODUCERS);
  }

  private void assertConverted() {
    assertThat(TopicCatalogue.load(states, 2).entries()).containsExactly(ENTRY);
    NamedProducers producers = NamedProducers.load(states, ProducerIds.load(states), 10, 2);
    assertThat(producers.ofTopic(RIDES)).isEqualTo(Map.of((1L << 62) + 7, (short) 3));
    assertThat(producers.ofTopic(new UUID(3, 4))).isEqualTo(Map.of((1L << 62) + 8, (short) 0));
    assertThat(states.list(""))
        .containsExactly(
            "producer-ids", "producers-" + new UUID(3, 4), "producers-" + RIDES, "topic-" + RIDES);
  }

  @Test
  void theStatesOfOlderBuildsAreReplacedByOnePerTopic() {
    saveOld();
    new OldStates(states).convert();
    assertConverted();
    new OldStates(states).convert();
    assertConverted();
  }

  @Test
  void aConversionThatACrashInterruptedIsRepeated() {
    for (int changes = 0; changes < 5; changes++) {
      for (String name : states.list("")) {
        states.delete(name, states.load(name).orElseThrow().version());
      }
      saveOld();
      int[] left = {changes};
      storage.afterSave =
          () -> {
            if (left[0]-- == 0) {
              throw new StorageException(ErrorCode.STORAGE_FAILED, "the process dies here");
            }
          };
      assertThatThrownBy(() -> new OldStates(states).convert())
          .as("after %d changes", changes + 1)
          .hasMessageContaining("dies here");
      storage.afterSave = () -> {};
      new OldStates(states).convert();
      assertConverted();
    }
  }

  @Test
  void aDamagedOldStateIsRefusedAndNothingIsChanged() {
    byte[] damaged = TOPICS.clone();
    damaged[20] ^= 1;
    states.save("topics", StateStore.NO_VERSION, damaged);
    assertThatThrownBy(() -> new OldStates(states).convert())
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG));
    assertThat(states.list("")).containsExactly("topics");
  }

  /** The bytes of version 2, written once: they must be readable for ever. */
  @Test
  void theBytesOfNamedProducersInVersionTwoAreFixed() {
    String golden =
        "4d52504e02000000c7983df4" // envelope
            + "0807060504030201100f0e0d0c0b0a09" // topic id
            + "01000000" // one name
            + "06696d706f7274" // name
            + "07000000000000400300"; // producer id, epoch
    Map<String, Opening> openings = Map.of("import", new Opening((1L << 62) + 7, (short) 3));
    assertThat(HexFormat.of().formatHex(NamedProducerCodec.encode(RIDES, openings)))
        .isEqualTo(golden);
    assertThat(NamedProducerCodec.decode(RIDES, HexFormat.of().parseHex(golden)))
        .isEqualTo(openings);
  }
}
