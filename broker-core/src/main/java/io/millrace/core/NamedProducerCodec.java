package io.millrace.core;

import io.millrace.core.NamedProducers.Opening;
import io.millrace.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The bytes of the state of the named producers of a topic.
 *
 * <pre>
 * i64 topic id (most significant bits)   i64 topic id (least significant bits)
 * i32 names, then for each:
 *   u8  name length                      name, UTF-8
 *   i64 producer id                      i16 epoch of the last opening
 * </pre>
 */
final class NamedProducerCodec {

  private static final String MAGIC = "MRPN";
  private static final int FIXED_BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final int FIXED_BYTES_OF_NAME = 1 + Long.BYTES + Short.BYTES;

  private NamedProducerCodec() {}

  private static StateEnvelope formatOf(UUID topicId) {
    return new StateEnvelope("the state of named producers of topic " + topicId, MAGIC);
  }

  static byte[] encode(UUID topicId, Map<String, Opening> openings) {
    int bytes = FIXED_BYTES;
    for (String name : openings.keySet()) {
      bytes += FIXED_BYTES_OF_NAME + name.getBytes(StandardCharsets.UTF_8).length;
    }
    StateEnvelope format = formatOf(topicId);
    ByteBuffer state =
        format
            .begin(bytes)
            .putLong(topicId.getMostSignificantBits())
            .putLong(topicId.getLeastSignificantBits())
            .putInt(openings.size());
    openings.forEach(
        (name, opening) -> {
          byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
          state.put((byte) utf8.length).put(utf8).putLong(opening.id()).putShort(opening.epoch());
        });
    return format.seal(state);
  }

  /**
   * Reads the state of one topic.
   *
   * @param topicId the id of the topic, taken from the name of the state
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD}
   */
  static Map<String, Opening> decode(UUID topicId, byte[] sealed) {
    StateEnvelope format = formatOf(topicId);
    ByteBuffer state = format.open(sealed);
    try {
      UUID stored = new UUID(state.getLong(), state.getLong());
      if (!stored.equals(topicId)) {
        throw format.corrupt("it is that of topic " + stored);
      }
      Map<String, Opening> openings = new LinkedHashMap<>();
      int count = state.getInt();
      for (int i = 0; i < count; i++) {
        openings.put(name(state), new Opening(state.getLong(), state.getShort()));
      }
      return openings;
    } catch (BufferUnderflowException e) {
      throw format.corrupt(e.toString());
    }
  }

  private static String name(ByteBuffer state) {
    byte[] name = new byte[state.get() & 0xFF];
    state.get(name);
    return new String(name, StandardCharsets.UTF_8);
  }
}
