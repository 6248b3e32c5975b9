package io.millrace.protocol.wire;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The state of a topic at one moment.
 *
 * @param id identity of the topic; a topic that is deleted and created again gets another id
 * @param name the name of the topic
 * @param createdAtMicros microseconds since the epoch, UTC
 * @param settings by name, as text
 * @param partitions in the order of their indexes
 */
public record TopicInfo(
    UUID id,
    String name,
    long createdAtMicros,
    Map<String, String> settings,
    List<PartitionInfo> partitions) {

  /** Smallest size: no name, no settings, no partitions. */
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
