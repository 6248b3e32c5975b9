package io.millrace.group;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Reads the fields of a key or a value. A length or a count is compared with the remaining bytes
 * before memory is allocated for it. Every violation is a {@link GroupRecordException}.
 */
final class GroupRecordReader {

  /** Largest number of bytes of a string in a record. */
  static final int MAX_STRING_BYTES = 4096;

  private static final int MIN_TOPIC_BYTES = 16 + 4 + 4;
  private static final int MIN_STRING_BYTES = 2;

  private final String part;
  private final ByteBuffer in;

  GroupRecordReader(String part, byte[] bytes) {
    this.part = part;
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  int u8() {
    return need(1).get() & 0xFF;
  }

  int i32() {
    return need(4).getInt();
  }

  long i64() {
    return need(8).getLong();
  }

  String string() {
    int bytes = u16();
    if (bytes > MAX_STRING_BYTES) {
      throw corrupt("a string of " + bytes + " bytes; the limit is " + MAX_STRING_BYTES);
    }
    ByteBuffer text = need(bytes).slice(in.position(), bytes);
    in.position(in.position() + bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("a string is not UTF-8");
    }
  }

  /** Strings in ascending order, without duplicates. */
  List<String> names() {
    int count = count(u16(), MIN_STRING_BYTES);
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = string();
      if (i > 0 && names.get(i - 1).compareTo(name) >= 0) {
        throw corrupt("names are not in order");
      }
      names.add(name);
    }
    return names;
  }

  PartitionId partition() {
    PartitionId partition = new PartitionId(uuid(), i32());
    if (partition.partition() < 0) {
      throw corrupt("partition " + partition.partition());
    }
    return partition;
  }

  Set<PartitionId> partitions() {
    Set<PartitionId> partitions = new HashSet<>();
    eachPartition(4, partitions::add);
    return Collections.unmodifiableSet(partitions);
  }

  Map<PartitionId, Long> owned() {
    Map<PartitionId, Long> owned = new HashMap<>();
    eachPartition(4 + 8, partition -> owned.put(partition, i64()));
    return Collections.unmodifiableMap(owned);
  }

  /** A count of items of a fixed size. */
  int count(int itemBytes) {
    return count(i32(), itemBytes);
  }

  /** Refuses bytes after the last field. */
  void end() {
    if (in.hasRemaining()) {
      throw corrupt(in.remaining() + " bytes are left over");
    }
  }

  private void eachPartition(int itemBytes, Consumer<PartitionId> item) {
    int topics = count(i32(), MIN_TOPIC_BYTES);
    UUID before = null;
    for (int i = 0; i < topics; i++) {
      UUID topic = uuid();
      if (before != null && before.compareTo(topic) >= 0) {
        throw corrupt("topics are not in order");
      }
      before = topic;
      int count = count(i32(), itemBytes);
      if (count == 0) {
        throw corrupt("a topic without partitions");
      }
      int last = -1;
      for (int j = 0; j < count; j++) {
        int partition = i32();
        if (partition <= last) {
          throw corrupt("partitions are not in order");
        }
        last = partition;
        item.accept(new PartitionId(topic, partition));
      }
    }
  }

  private UUID uuid() {
    return new UUID(i64(), i64());
  }

  private int u16() {
    return need(2).getShort() & 0xFFFF;
  }

  private int count(int count, int minItemBytes) {
    if (count < 0 || (long) count * minItemBytes > in.remaining()) {
      throw corrupt(
          "it claims " + count + " items, and " + in.remaining() + " bytes are left for them");
    }
    return count;
  }

  private ByteBuffer need(int bytes) {
    if (in.remaining() < bytes) {
      throw corrupt("a field needs " + bytes + " bytes, " + in.remaining() + " are left");
    }
    return in;
  }

  private GroupRecordException corrupt(String how) {
    return GroupRecordException.corrupt("in its " + part + ": " + how);
  }
}
