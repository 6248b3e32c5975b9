package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.DamagedRangeInfo;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import io.millrace.storage.DamagedOffsets;
import java.util.ArrayList;
import java.util.List;

/** LIST_DAMAGE: a control thread of the core asks the partitions. */
final class DamageHandler implements RequestHandler<ListDamageRequest> {

  /** The number of ranges that an answer lists. It limits the size of the answer. */
  static final int MAX_LISTED = 1000;

  private final Broker broker;
  private final Authorizer authorizer;

  DamageHandler(Broker broker, Authorizer authorizer) {
    this.broker = broker;
    this.authorizer = authorizer;
  }

  @Override
  public void handle(ListDamageRequest request, PendingRequest pending) {
    if (request.topic().isEmpty() && request.partition() != ListDamageRequest.ALL_PARTITIONS) {
      throw new BrokerException(
          ErrorCode.INVALID_REQUEST,
          "partition "
              + request.partition()
              + " of all topics; expected partition -1, or the name of a topic");
    }
    Session session = pending.session();
    pending.answerWhenDone(broker.lookUp(() -> answer(request, session)));
  }

  private ListDamageResponse answer(ListDamageRequest request, Session session) {
    List<DamagedRangeInfo> ranges = new ArrayList<>();
    int total = 0;
    for (Topic topic : topics(request, session)) {
      for (Partition partition : partitions(topic, request.partition())) {
        for (DamagedOffsets range : partition.damage()) {
          if (range.endOffset() > request.fromOffset() && total++ < MAX_LISTED) {
            ranges.add(onWire(topic, partition, range));
          }
        }
      }
    }
    return new ListDamageResponse(total, ranges);
  }

  private List<Topic> topics(ListDamageRequest request, Session session) {
    return request.topic().isEmpty()
        ? broker.topics().stream().filter(topic -> mayDescribe(session, topic)).toList()
        : List.of(broker.topic(request.topic()));
  }

  private boolean mayDescribe(Session session, Topic topic) {
    return authorizer.allows(session, Operation.DESCRIBE, Resource.topic(topic.name()));
  }

  private List<Partition> partitions(Topic topic, int partition) {
    return partition == ListDamageRequest.ALL_PARTITIONS
        ? topic.partitions()
        : List.of(broker.partition(topic.id(), partition));
  }

  private static DamagedRangeInfo onWire(Topic topic, Partition partition, DamagedOffsets range) {
    return new DamagedRangeInfo(
        topic.name(),
        partition.id().partition(),
        range.firstOffset(),
        range.endOffset(),
        range.text());
  }
}
