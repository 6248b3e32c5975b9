package io.millrace.cli.topic;

/** The help text of the settings of a topic, a line for each setting. */
final class TopicSettingsHelp {

  static final String HEADING = "Settings of a topic:";

  static final String RETENTION_TIME =
      "  retentionTime   how long events are kept: 1ms to 36500d, or unlimited";

  static final String RETENTION_BYTES =
      "  retentionBytes  size that each partition keeps: 1B or more, or unlimited";

  static final String SEGMENT_BYTES =
      "  segmentBytes    size of the largest segment file: 64KiB to 1GiB";

  private TopicSettingsHelp() {}
}
