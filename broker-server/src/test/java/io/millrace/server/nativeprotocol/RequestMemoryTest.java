package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DeletionBound;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {

  private static final UUID TOPIC = new UUID(1, 2);

  @Test
  void eachPartitionOfADeletionCounts() {
    long one = RequestMemory.of(deletion(1), 0);
    long thousand = RequestMemory.of(deletion(1000), 0);

    assertThat((thousand - one) / 999).as("bytes for a partition").isGreaterThanOrEqualTo(1024);
  }

  /** A string of Java has up to two bytes for each byte of its UTF-8. */
  @Test
  void theTextsOfEveryRequestCount() {
    String longText = "é".repeat(2000);
    GroupSubscription topics = new GroupSubscription(1, List.of(longText), longText);
    List<OffsetToCommit> offsets =
        List.of(
            new OffsetToCommit(TOPIC, 0, 1, -1, longText),
            new OffsetToCommit(TOPIC, 1, 1, -1, longText));
    assertCounts(subscribe(longText, "", ""), 2000);
    assertCounts(subscribe("", longText, longText), 4000);
    assertCounts(new CommitOffsetsRequest("g", "m", 1, offsets), 4000);
    assertCounts(new CommitOffsetsRequest(longText, longText, 1, List.of()), 4000);
    assertCounts(
        new JoinGroupRequest(longText, longText, longText, 1, 1, GroupAssignor.BALANCED, topics),
        10_000);
    assertCounts(new GroupBeatRequest("g", "m", 1, longText, List.of(), 1, 1, topics), 6000);
    assertCounts(new LeaveGroupRequest(longText, longText, 1, true), 4000);
    assertCounts(new FetchOffsetsRequest(longText, List.of()), 2000);
    assertCounts(new ResetOffsetsRequest(longText, List.of(), true), 2000);
    assertCounts(new DescribeGroupRequest(longText), 2000);
    assertCounts(new DeleteGroupRequest(longText), 2000);
    assertCounts(new ConfigureGroupRequest(longText, 1), 2000);
    assertCounts(new DescribeTopicRequest(longText), 2000);
    assertCounts(new ListDamageRequest(longText, 0, 0), 2000);
    assertCounts(new OpenNamedProducerRequest(TOPIC, longText), 2000);
    assertCounts(new CreateTopicRequest("t", 1, Map.of(longText, longText)), 4000);
    assertCounts(new AlterTopicRequest("t", Map.of(longText, longText)), 4000);
  }

  private static SubscribeRequest subscribe(String filter, String group, String member) {
    return new SubscribeRequest(
        1,
        TOPIC,
        0,
        StartKind.EARLIEST,
        0,
        IsolationLevel.DURABLE,
        1,
        List.of(),
        filter,
        group,
        member,
        1);
  }

  /** A byte of heap counts as four. */
  private static void assertCounts(Request request, int characters) {
    int version = request.api().maxVersion();
    ByteBuf frame = Frames.encodeRequest(UnpooledByteBufAllocator.DEFAULT, version, 1, request);
    try {
      assertThat(RequestMemory.of(request, frame.readableBytes()))
          .as(request.api().name())
          .isGreaterThanOrEqualTo(4L * 2 * characters);
    } finally {
      frame.release();
    }
  }

  private static DeleteEventsRequest deletion(int partitions) {
    List<DeletionBound> bounds =
        IntStream.range(0, partitions).mapToObj(each -> new DeletionBound(each, 0)).toList();
    return new DeleteEventsRequest(new UUID(1, 2), bounds);
  }
}
