package io.millrace.client.internal.group;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.TopicPartition;
import java.util.List;

/** Hears what a member owns, and says how far its application is. Called on the event loop. */
public interface OwnershipListener {

  /** The member owns more partitions. */
  void gained(List<TopicPartition> partitions);

  /** The member must give up partitions: {@link GroupMember#dropped} follows for each. */
  void release(List<TopicPartition> partitions);

  /** The member does not own partitions any more. */
  void lost(List<TopicPartition> partitions);

  /**
   * The broker has removed the member. It owns nothing, and joins again after {@link
   * GroupMember#rejoin}.
   */
  void removed(MillraceException why);

  /** The member has ended for good. It owns nothing. */
  void ended(MillraceException why);

  /** The broker has answered a member that it may have removed; see {@link GroupMember#isSure}. */
  void sureAgain();

  /** Microseconds since the application last took or finished events. */
  long sinceProgressMicros();

  /** Events that the application has got and not finished. */
  long handedOut();
}
