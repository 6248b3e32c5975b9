package io.millrace.protocol.wire;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A topic at one moment.
 *
 * @param id its identity; a topic that is deleted and created again has another
 * @param name its name
 * @param createdAtMicros microseconds since the epoch, UTC
 * @param settings by name, as text
 * @param partitions by index
 */
public record TopicInfo(
    UUID id,
    String name,
    long createdAtMicros,
    Map<String, String> settings,
    List<PartitionInfo> partitions) {

  /** Bytes of a topic without name, settings and partitions. */
  static final int MIN_BYTES = 16 + WireReader.MIN_STRING_BYTES + 8 + 2 + 4;

  public TopicInfo {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    partitions = List.copyOf(partitions);
  }

  static TopicInfo decode(WireReader in) {
    return new TopicInfo(
        in.uuid("id"),
        in.string("name"),
        in.i64("createdAtMicros"),
        in.map("settings"),
        in.longList("partitions", PartitionInfo.MIN_BYTES, PartitionInfo::decode));
  }

  void encode(WireWriter out) {
    out.uuid(id);
    out.string(name);
    out.i64(createdAtMicros);
    out.map(settings);
    out.longList(partitions, PartitionInfo::encode);
  }
}
