package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import java.util.List;

/** A change that the consumer's thread has to carry out, in the order in which they came. */
sealed interface OwnershipChange {

  /** The member owns more partitions. */
  record Assigned(List<OwnedPartition> partitions) implements OwnershipChange {}

  /** The member must give up partitions. */
  record Revoking(List<OwnedPartition> partitions) implements OwnershipChange {}

  /** The member does not own partitions any more. */
  record Lost(List<OwnedPartition> partitions) implements OwnershipChange {}

  /** The broker has removed the member. */
  record Removed() implements OwnershipChange {}

  /** The consumer has failed. */
  record Failed(MillraceException why) implements OwnershipChange {}
}
