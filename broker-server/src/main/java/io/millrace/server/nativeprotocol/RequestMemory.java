package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.SubscribeRequest;

/**
 * The memory of a request until it is answered, for the limit of the whole broker. A byte of heap
 * counts {@value #HEAP_FACTOR} times: at the limit, the heap has at most a quarter of it, and all
 * of it can be batches outside the heap.
 */
final class RequestMemory {

  private static final int HEAP_FACTOR = 4;

  /** Bytes of heap of the objects of any request, such as those that wait for an fsync. */
  private static final int OBJECTS_BYTES = 512;

  /**
   * Bytes of heap of each byte of a frame, for all texts of the request: a byte of UTF-8 becomes
   * one character of a string, or less.
   */
  private static final int TEXT_FACTOR = 2;

  /** Bytes of heap of a string of a list or map in addition to its text. */
  private static final int STRING_BYTES = 48;

  /** Bytes of heap of an entry of a map, with its two strings and without their texts. */
  private static final int ENTRY_BYTES = 48 + 2 * STRING_BYTES;

  /**
   * Bytes of heap of one deletion of events: the bound, what waits for the disk, and its result. A
   * failure has a message.
   */
  private static final int DELETION_BYTES = 512;

  /** Bytes of heap of a partition in a request of a group, with its result. */
  private static final int GROUP_PARTITION_BYTES = 512;

  /** Bytes of heap of a rule in a request: its two texts without their characters, and itself. */
  private static final int RULE_BYTES = 512;

  private RequestMemory() {}

  /**
   * @param frameBytes length of the frame; a PRODUCE keeps it, and every other request copies it
   */
  static long of(Request request, int frameBytes) {
    if (request instanceof ProduceRequest) {
      return frameBytes + HEAP_FACTOR * OBJECTS_BYTES;
    }
    return HEAP_FACTOR * (OBJECTS_BYTES + (long) TEXT_FACTOR * frameBytes + elementBytes(request));
  }

  /** Bytes of heap of the elements of lists and maps, without their texts. */
  private static long elementBytes(Request request) {
    if (request instanceof SubscribeRequest subscribe) {
      return (long) STRING_BYTES * subscribe.sources().size();
    }
    if (request instanceof DeleteEventsRequest deletion) {
      return (long) DELETION_BYTES * deletion.bounds().size();
    }
    if (request instanceof CommitOffsetsRequest commit) {
      return (long) GROUP_PARTITION_BYTES * commit.offsets().size();
    }
    if (request instanceof SettleRequest settle) {
      return (long) GROUP_PARTITION_BYTES * settle.settlements().size();
    }
    if (request instanceof ResetOffsetsRequest reset) {
      return (long) GROUP_PARTITION_BYTES * reset.offsets().size();
    }
    if (request instanceof GroupBeatRequest beat) {
      return (long) GROUP_PARTITION_BYTES * beat.owned().size() + elementBytes(beat.subscription());
    }
    if (request instanceof JoinGroupRequest join) {
      return elementBytes(join.subscription());
    }
    if (request instanceof FetchOffsetsRequest fetch) {
      return (long) GROUP_PARTITION_BYTES * fetch.partitions().size();
    }
    if (request instanceof CreateTopicRequest create) {
      return (long) ENTRY_BYTES * create.settings().size();
    }
    return request instanceof AlterTopicRequest alter
        ? (long) ENTRY_BYTES * alter.changes().size()
        : accessBytes(request);
  }

  private static long accessBytes(Request request) {
    if (request instanceof CreateUserRequest user) {
      return (long) STRING_BYTES * (user.roles().size() + user.verifiers().size());
    }
    if (request instanceof AlterUserRequest user) {
      return (long) STRING_BYTES * (user.roles().size() + user.verifiers().size());
    }
    if (request instanceof CreateTokenRequest token) {
      return (long) RULE_BYTES * token.scope().size();
    }
    if (request instanceof AddRulesRequest added) {
      return (long) RULE_BYTES * added.rules().size();
    }
    return request instanceof RemoveRulesRequest removed
        ? (long) RULE_BYTES * removed.rules().size()
        : 0;
  }

  private static long elementBytes(GroupSubscription subscription) {
    return (long) STRING_BYTES * subscription.topics().size();
  }
}
