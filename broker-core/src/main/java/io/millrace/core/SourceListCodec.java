package io.millrace.core;

import io.millrace.core.SourceList.Skipped;
import io.millrace.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of the state of a topic's summary of sources.
 *
 * <pre>
 * i64 topic id (most significant bits)   i64 topic id (least significant bits)
 * i64 events of other sources
 * i32 partitions, then for each:         i64 position
 * i32 skipped ranges, then for each:     i32 partition   i64 first offset   i64 end offset
 * i32 sources, then for each:
 *   u8  name length                      name, UTF-8
 *   i64 events
 *   i64 smallest, i64 largest event time i64 smallest, i64 largest append time
 *   i64 largest skew
 *   f64 weight                           f64 weighted skew
 *   u8  1 if the following numbers follow, else 0
 *     i32 partition (-1: several)        i64 numbered events
 *     i64 smallest, i64 largest number   i64 window (bit i: largest - i)
 *     i64 missing                        i64 repeated
 * </pre>
 *
 * Times and skews are in microseconds.
 */
final class SourceListCodec {

  private static final String MAGIC = "MRSS";
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 3 * Long.BYTES + 3 * Integer.BYTES;
  private static final int SKIPPED_BYTES = Integer.BYTES + 2 * Long.BYTES;

  private SourceListCodec() {}

  private static StateEnvelope formatOf(UUID topicId) {
    return new StateEnvelope("the summary of sources of topic " + topicId, MAGIC, VERSION);
  }

  static byte[] encode(UUID topicId, SourceList list) {
    List<Long> positions = list.positions();
    List<Skipped> skipped = list.skippedOffsets();
    int[] bytes = {FIXED_BYTES + positions.size() * Long.BYTES + skipped.size() * SKIPPED_BYTES};
    list.forEach((name, tally) -> bytes[0] += 1 + utf8(name).length + tally.stateBytes());
    StateEnvelope format = formatOf(topicId);
    ByteBuffer state =
        format
            .begin(bytes[0])
            .putLong(topicId.getMostSignificantBits())
            .putLong(topicId.getLeastSignificantBits())
            .putLong(list.otherEvents())
            .putInt(positions.size());
    positions.forEach(state::putLong);
    state.putInt(skipped.size());
    for (Skipped range : skipped) {
      state.putInt(range.partition()).putLong(range.firstOffset()).putLong(range.endOffset());
    }
    state.putInt(list.size());
    list.forEach(
        (name, tally) -> {
          byte[] utf8 = utf8(name);
          state.put((byte) utf8.length).put(utf8);
          tally.write(state);
        });
    return format.seal(state);
  }

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a state into an empty list. After an exception, the list has an unknown part of it.
   *
   * @param topicId the id of the topic, taken from the name of the state
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD}
   * @throws BrokerException as {@link SourceList#add}
   */
  static void decode(UUID topicId, byte[] sealed, SourceList into) {
    StateEnvelope format = formatOf(topicId);
    ByteBuffer state = format.open(sealed);
    try {
      UUID stored = new UUID(state.getLong(), state.getLong());
      if (!stored.equals(topicId)) {
        throw format.corrupt("it is that of topic " + stored);
      }
      into.addOthers(state.getLong());
      int partitions = state.getInt();
      for (int partition = 0; partition < partitions; partition++) {
        into.reached(partition, state.getLong());
      }
      int skipped = state.getInt();
      for (int i = 0; i < skipped; i++) {
        into.skip(state.getInt(), state.getLong(), state.getLong());
      }
      int sources = state.getInt();
      for (int i = 0; i < sources; i++) {
        byte[] name = new byte[state.get() & 0xFF];
        state.get(name);
        into.restore(new String(name, StandardCharsets.UTF_8), SourceTally.read(state));
      }
    } catch (BufferUnderflowException e) {
      throw format.corrupt(e.toString());
    }
    if (state.hasRemaining()) {
      throw format.corrupt(state.remaining() + " bytes are left over");
    }
  }
}
