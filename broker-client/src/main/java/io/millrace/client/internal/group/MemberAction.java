package io.millrace.client.internal.group;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.TopicPartition;
import java.util.List;

/** What a {@link Membership} wants to be done, in order. */
sealed interface MemberAction {

  /** Send JOIN_GROUP. */
  record Join(String member) implements MemberAction {}

  /** Send GROUP_BEAT. */
  record Beat(String member, long epoch, List<TopicPartition> owned) implements MemberAction {}

  /** Send LEAVE_GROUP. */
  record Leave(String member, boolean comeBack) implements MemberAction {}

  /** The member owns more partitions. */
  record Gained(List<TopicPartition> partitions) implements MemberAction {}

  /** The member must give up partitions. */
  record Release(List<TopicPartition> partitions) implements MemberAction {}

  /** The member does not own partitions any more. */
  record Lost(List<TopicPartition> partitions) implements MemberAction {}

  /** The broker has removed the member, which owns nothing and waits for {@code rejoin}. */
  record Removed(MillraceException why) implements MemberAction {}

  /** The member has ended for good. */
  record Ended(MillraceException why) implements MemberAction {}
}
