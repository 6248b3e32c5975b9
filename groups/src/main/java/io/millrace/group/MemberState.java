package io.millrace.group;

/** Where a member is between its current partitions and its target. */
public enum MemberState {
  /** It has its target. */
  STABLE,
  /** It must drop partitions. */
  RELEASING,
  /** Partitions of its target still belong to others. */
  WAITING
}
