package io.millrace.protocol.wire;

import java.util.List;

/**
 * What a group is as a queue.
 *
 * @param settings its settings
 * @param consumers sorted by session
 * @param partitions sorted by topic and partition
 */
public record QueueInfo(
    QueueSettingsInfo settings,
    List<QueueConsumerInfo> consumers,
    List<QueuePartitionInfo> partitions) {

  static final int MIN_BYTES = QueueSettingsInfo.MIN_BYTES + 4 + 4;

  public QueueInfo {
    consumers = List.copyOf(consumers);
    partitions = List.copyOf(partitions);
  }

  static QueueInfo decode(WireReader in) {
    return new QueueInfo(
        QueueSettingsInfo.decode(in),
        in.longList("consumers", QueueConsumerInfo.MIN_BYTES, QueueConsumerInfo::decode),
        in.longList("partitions", QueuePartitionInfo.MIN_BYTES, QueuePartitionInfo::decode));
  }

  void encode(WireWriter out) {
    settings.encode(out);
    out.longList(consumers, QueueConsumerInfo::encode);
    out.longList(partitions, QueuePartitionInfo::encode);
  }
}
