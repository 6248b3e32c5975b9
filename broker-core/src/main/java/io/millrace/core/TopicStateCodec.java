package io.millrace.core;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/**
 * The bytes of the state of a topic.
 *
 * <pre>
 *   i64 id (most significant bits)   i64 id (least significant bits)
 *   u16 name length                  name, ASCII
 *   i64 created at, microseconds     i32 partitions
 *   u8  stage: 0 creating, 1 active, 2 deleting, 3 growing
 *   i64 retention time, milliseconds (0: without limit)
 *   i64 retention bytes (0: without limit)
 *   the settings of the storage engine, as LogSettingsCodec writes them
 * </pre>
 */
final class TopicStateCodec {

  private static final String MAGIC = "MRTC";
  private static final int FIXED_BYTES = 8 + 8 + 2 + 8 + 4 + 1 + 8 + 8;

  private TopicStateCodec() {}

  private static StateEnvelope formatOf(UUID id) {
    return new StateEnvelope("the state of topic " + id, MAGIC);
  }

  static byte[] encode(TopicEntry entry) {
    StateEnvelope format = formatOf(entry.id());
    byte[] engineSettings = LogSettingsCodec.encode(entry.settings().logSettings());
    ByteBuffer state = format.begin(FIXED_BYTES + entry.name().length() + engineSettings.length);
    state
        .putLong(entry.id().getMostSignificantBits())
        .putLong(entry.id().getLeastSignificantBits())
        .putShort((short) entry.name().length())
        .put(entry.name().getBytes(StandardCharsets.US_ASCII))
        .putLong(entry.createdAtMicros())
        .putInt(entry.partitions())
        .put((byte) entry.stage().ordinal())
        .putLong(entry.settings().retentionTime().toMillis())
        .putLong(entry.settings().retentionBytes())
        .put(engineSettings);
    return format.seal(state);
  }

  /**
   * Reads the state of one topic.
   *
   * @param id the id of the topic, taken from the name of the state
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD}
   */
  static TopicEntry decode(UUID id, byte[] sealed) {
    StateEnvelope format = formatOf(id);
    ByteBuffer state = format.open(sealed);
    TopicEntry entry = decodeEntry(format, state);
    if (!entry.id().equals(id) || state.hasRemaining()) {
      throw format.corrupt(
          "it is that of topic " + entry.id() + " with " + state.remaining() + " bytes left over");
    }
    return entry;
  }

  private static TopicEntry decodeEntry(StateEnvelope format, ByteBuffer state) {
    try {
      UUID id = new UUID(state.getLong(), state.getLong());
      byte[] name = new byte[state.getShort() & 0xFFFF];
      state.get(name);
      return new TopicEntry(
          id,
          TopicName.require(new String(name, StandardCharsets.US_ASCII)),
          state.getLong(),
          state.getInt(),
          stage(state.get()),
          new TopicSettings(
              Duration.ofMillis(state.getLong()), state.getLong(), LogSettingsCodec.decode(state)));
    } catch (BufferUnderflowException | IllegalArgumentException | BrokerException e) {
      throw format.corrupt(e.toString());
    }
  }

  private static Stage stage(byte place) {
    if (place < 0 || place >= Stage.values().length) {
      throw new IllegalArgumentException("stage " + place + " is unknown");
    }
    return Stage.values()[place];
  }
}
