package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a partition's state in a checkpoint.
 *
 * <pre>
 * i64 offset: every batch below it is part of the state
 * i64 newest append time, microseconds
 * i32 number of sections, then for each:
 *   i32 section id
 *   i32 length
 *   the snapshot of the part with this id
 * </pre>
 *
 * Little-endian, in a {@link StateEnvelope}.
 *
 * <p>A section that this build does not know is refused with {@code LOG_TOO_NEW}. Such a build
 * would append batches that the section does not cover. After retention has dropped those batches,
 * no build could add them to the section. A part that has no section is built from the batches of
 * the log.
 */
final class CheckpointCodec {

  private static final StateEnvelope FORMAT =
      new StateEnvelope("the state of a partition's checkpoint", "MRPS");
  private static final int HEAD_BYTES = 2 * Long.BYTES + Integer.BYTES;
  private static final int SECTION_HEAD_BYTES = 2 * Integer.BYTES;

  private CheckpointCodec() {}

  /**
   * A decoded checkpoint.
   *
   * @param offset every batch below it is part of the state
   * @param sections by section id
   */
  record Decoded(long offset, long newestAppendTimeMicros, Map<Integer, ByteBuffer> sections) {}

  static byte[] encode(long offset, long newestAppendTimeMicros, PartitionState[] parts) {
    int bytes = HEAD_BYTES;
    for (PartitionState part : parts) {
      bytes += SECTION_HEAD_BYTES + part.snapshotBytes();
    }
    ByteBuffer state = FORMAT.begin(bytes);
    state.putLong(offset).putLong(newestAppendTimeMicros).putInt(parts.length);
    for (PartitionState part : parts) {
      encodeSection(part, state);
    }
    return FORMAT.seal(state);
  }

  private static void encodeSection(PartitionState part, ByteBuffer out) {
    out.putInt(part.sectionId()).putInt(0);
    int begin = out.position();
    part.snapshot(out);
    out.putInt(begin - Integer.BYTES, out.position() - begin);
  }

  /**
   * Decodes a checkpoint whose sections are all of these parts.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD}
   */
  static Decoded decode(byte[] checkpoint, List<PartitionState> parts) {
    ByteBuffer state = FORMAT.open(checkpoint);
    try {
      return decode(state, parts);
    } catch (BufferUnderflowException e) {
      throw corrupt(e.toString());
    }
  }

  private static Decoded decode(ByteBuffer state, List<PartitionState> parts) {
    long offset = state.getLong();
    long newestAppendTime = state.getLong();
    int count = state.getInt();
    Map<Integer, ByteBuffer> sections = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int id = state.getInt();
      requireKnown(id, parts);
      if (sections.put(id, section(state, state.getInt())) != null) {
        throw corrupt("section " + id + " is there twice");
      }
    }
    if (state.hasRemaining()) {
      throw corrupt("there are " + state.remaining() + " bytes after the last section");
    }
    return new Decoded(offset, newestAppendTime, sections);
  }

  private static ByteBuffer section(ByteBuffer state, int length) {
    if (length < 0 || length > state.remaining()) {
      throw corrupt(
          "a section has the length " + length + ", but " + state.remaining() + " bytes are left");
    }
    ByteBuffer section = state.slice(state.position(), length).order(state.order());
    state.position(state.position() + length);
    return section;
  }

  private static void requireKnown(int id, List<PartitionState> parts) {
    if (parts.stream().noneMatch(part -> part.sectionId() == id)) {
      throw new StorageException(
          ErrorCode.LOG_TOO_NEW,
          "the state of a partition's checkpoint has section "
              + id
              + ", which this build does not know; start the newer build that wrote it");
    }
  }

  /** The exception for a state that contradicts itself. */
  static StorageException corrupt(String how) {
    return FORMAT.corrupt(how);
  }
}
