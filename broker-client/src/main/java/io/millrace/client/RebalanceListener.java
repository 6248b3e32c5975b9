package io.millrace.client;

import java.util.SortedSet;

/**
 * Hears which partitions a member of a group gets and gives up. Called on the thread that polls or
 * processes, and {@link #revoked} also on the thread that closes the consumer. It may call {@link
 * GroupConsumer#commit()}, and {@link GroupConsumer#close()}, which waits for running handlers as
 * at the end of {@code process}. An exception of a listener comes out of the call that it was
 * called in.
 */
public interface RebalanceListener {

  /** The member owns more partitions. Their events follow. */
  void assigned(SortedSet<GroupPartition> partitions);

  /**
   * The member is about to give up partitions. It still owns them: finished events are committed
   * after this call. No more events of them follow.
   */
  void revoked(SortedSet<GroupPartition> partitions);

  /**
   * The member does not own partitions any more, and another member may read them already. Events
   * that were not committed come again, there. The reason is a session that ended, a processing
   * time that was too long, or a deleted topic.
   */
  void lost(SortedSet<GroupPartition> partitions);
}
