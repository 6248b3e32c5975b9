package io.millrace.cli.command;

import io.millrace.protocol.ErrorCode;
import java.util.EnumSet;
import java.util.Set;

/** The failures that one partition of a topic can have while the others work. */
public final class PartitionFailures {

  private static final Set<ErrorCode> OF_ONE_PARTITION =
      EnumSet.of(
          ErrorCode.CORRUPT_LOG,
          ErrorCode.LOG_TOO_NEW,
          ErrorCode.LOG_TOO_OLD,
          ErrorCode.STORAGE_FAILED,
          ErrorCode.DISK_FULL,
          ErrorCode.RECOVERING,
          ErrorCode.RESOURCES_EXHAUSTED,
          ErrorCode.FENCED);

  private PartitionFailures() {}

  /** Whether a failure with this code says nothing about the other partitions. */
  public static boolean isOfOnePartition(ErrorCode code) {
    return OF_ONE_PARTITION.contains(code);
  }
}
