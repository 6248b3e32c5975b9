package io.millrace.group;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes the fields of a key or a value. The counterpart of {@link GroupRecordReader}. */
final class GroupRecordWriter {

  private static final int FIRST_BYTES = 64;

  private ByteBuffer out = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  GroupRecordWriter u8(int value) {
    reserve(1).put((byte) value);
    return this;
  }

  GroupRecordWriter u16(int value) {
    reserve(2).putShort((short) value);
    return this;
  }

  GroupRecordWriter i32(int value) {
    reserve(4).putInt(value);
    return this;
  }

  GroupRecordWriter i64(long value) {
    reserve(8).putLong(value);
    return this;
  }

  GroupRecordWriter uuid(UUID uuid) {
    return i64(uuid.getMostSignificantBits()).i64(uuid.getLeastSignificantBits());
  }

  GroupRecordWriter string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > GroupRecordReader.MAX_STRING_BYTES) {
      throw new IllegalArgumentException("a string of " + bytes.length + " bytes is too long");
    }
    u16(bytes.length);
    reserve(bytes.length).put(bytes);
    return this;
  }

  GroupRecordWriter names(List<String> names) {
    u16(names.size());
    names.forEach(this::string);
    return this;
  }

  GroupRecordWriter partition(PartitionId partition) {
    return uuid(partition.topicId()).i32(partition.partition());
  }

  GroupRecordWriter partitions(Collection<PartitionId> partitions) {
    byTopic(partitions).forEach(topic -> topic(topic, null));
    return this;
  }

  GroupRecordWriter owned(Map<PartitionId, Long> partitions) {
    byTopic(partitions.keySet()).forEach(topic -> topic(topic, partitions));
    return this;
  }

  byte[] bytes() {
    return Arrays.copyOf(out.array(), out.position());
  }

  private void topic(List<PartitionId> partitions, Map<PartitionId, Long> since) {
    uuid(partitions.get(0).topicId()).i32(partitions.size());
    for (PartitionId partition : partitions) {
      i32(partition.partition());
      if (since != null) {
        i64(since.get(partition));
      }
    }
  }

  /** Writes the count of topics, and returns the sorted partitions of each. */
  private List<List<PartitionId>> byTopic(Collection<PartitionId> partitions) {
    List<PartitionId> sorted = new ArrayList<>(partitions);
    sorted.sort(null);
    List<List<PartitionId>> topics = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || !sorted.get(i).topicId().equals(sorted.get(start).topicId())) {
        topics.add(sorted.subList(start, i));
        start = i;
      }
    }
    i32(topics.size());
    return topics;
  }

  private ByteBuffer reserve(int bytes) {
    if (out.remaining() < bytes) {
      int capacity = Math.max(out.capacity() * 2, out.position() + bytes);
      out =
          ByteBuffer.wrap(Arrays.copyOf(out.array(), capacity))
              .order(ByteOrder.LITTLE_ENDIAN)
              .position(out.position());
    }
    return out;
  }
}
