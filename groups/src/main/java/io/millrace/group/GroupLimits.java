package io.millrace.group;

import io.millrace.group.queue.QueueRules;

/**
 * The limits of a {@link GroupMachine}. A request above a limit is refused with {@code
 * LIMIT_REACHED} and changes nothing.
 *
 * @param groups groups of the machine
 * @param membersPerGroup members of one group
 * @param bytes memory of all groups, by the estimate of {@link GroupMachine#bytes}. Only requests
 *     that add something are refused: members can always leave.
 * @param keptBytes what queues leave of these bytes for all else
 */
public record GroupLimits(int groups, int membersPerGroup, long bytes, long keptBytes) {

  /** Largest size of a commit's metadata in bytes of UTF-8. */
  public static final int METADATA_BYTES = 4096;

  /** Largest size of the name of a group, a member, a client or a host in bytes of UTF-8. */
  public static final int NAME_BYTES = 255;

  /** Most topics that one subscription names. */
  public static final int TOPICS = 1000;

  /** Most partitions in one commit or reset. */
  public static final int PARTITIONS = 10_000;

  /** Shortest session timeout, in microseconds. */
  public static final long MIN_SESSION_MICROS = 100_000;

  /** Longest session timeout and longest processing time, in microseconds: one day. */
  public static final long MAX_SESSION_MICROS = 86_400_000_000L;

  /** Most events of one partition that a queue has in memory because they are not done. */
  public static final int QUEUE_EVENTS = 10_000;

  /** Most settlements in one request. */
  public static final int SETTLEMENTS = 10_000;

  /**
   * Events that the settlements of one request may name after they were named, or are not locked
   * any more.
   */
  public static final int SETTLED_IN_VAIN = 10_000;

  /** Requests with settlements of one consumer whose answers are remembered. */
  public static final int SETTLES_REMEMBERED = 16;

  /** Largest size of the reason of a settlement in bytes of UTF-8. */
  public static final int REASON_BYTES = 1024;

  /** Shortest lock time of a queue, in microseconds. */
  public static final long MIN_LOCK_MICROS = 100_000;

  /** Longest lock time of a queue, in microseconds: twelve hours. */
  public static final long MAX_LOCK_MICROS = 43_200_000_000L;

  /** Longest back-off and longest delay of a queue, in microseconds: one day. */
  public static final long MAX_WAIT_MICROS = QueueRules.MAX_WAIT_MICROS;

  /** How long a queue consumer without a connection keeps its locks, in microseconds. */
  public static final long AWAY_MICROS = 5_000_000;

  /** Most attempts of an event of a queue. */
  public static final int MAX_ATTEMPTS = 1000;

  public static final GroupLimits DEFAULT = new GroupLimits(10_000, 1_000, 256L << 20);

  /** What the events of queues leave free: for all else, and for new queues. */
  public static long keptByEvents(long keptBytes) {
    return keptBytes + keptBytes / 2;
  }

  /** Limits without memory that queues must leave free. */
  public GroupLimits(int groups, int membersPerGroup, long bytes) {
    this(groups, membersPerGroup, bytes, 0);
  }
}
