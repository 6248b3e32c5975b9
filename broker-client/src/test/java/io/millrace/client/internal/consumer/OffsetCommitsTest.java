package io.millrace.client.internal.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.GroupPartition;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OffsetCommitsTest {

  private static final UUID TOPIC = new UUID(0, 1);

  /** A request that waits for its answer. */
  private record Sent(CommitOffsetsRequest request, CompletableFuture<Response> answer) {}

  private final Queue<Sent> sent = new ArrayDeque<>();
  private final List<OwnedPartition> owned = new ArrayList<>();
  private int questions;

  private final OffsetCommits commits =
      new OffsetCommits(
          request -> {
            Sent next = new Sent(request, new CompletableFuture<>());
            sent.add(next);
            return next.answer();
          },
          new SubscriptionOwner() {
            @Override
            public String group() {
              return "g";
            }

            @Override
            public String member() {
              return "m";
            }

            @Override
            public long epoch() {
              return 1;
            }
          },
          () -> questions++,
          () -> owned);

  private OwnedPartition own(int number) {
    OwnedPartition partition =
        new OwnedPartition(new TopicPartition(TOPIC, number), new GroupPartition("t", number));
    owned.add(partition);
    return partition;
  }

  private OwnedPartition finished(int number, long offset) {
    OwnedPartition partition = own(number);
    partition.finished(offset);
    return partition;
  }

  /** Answers the oldest request. Returns its positions by partition. */
  private Map<Integer, Long> answer(Function<OffsetToCommit, OffsetOutcome> outcome) {
    Sent next = sent.remove();
    next.answer()
        .complete(
            new CommitOffsetsResponse(next.request().offsets().stream().map(outcome).toList()));
    return positions(next.request());
  }

  private static Map<Integer, Long> positions(CommitOffsetsRequest request) {
    Map<Integer, Long> positions = new HashMap<>();
    request.offsets().forEach(each -> positions.put(each.partition(), each.offset()));
    return positions;
  }

  private static OffsetOutcome store(OffsetToCommit offset) {
    return outcome(offset, ErrorCode.NONE);
  }

  private static OffsetOutcome outcome(OffsetToCommit offset, ErrorCode code) {
    return new OffsetOutcome(
        offset.topicId(), offset.partition(), code, code.name(), offset.offset(), "");
  }

  private static Function<OffsetToCommit, OffsetOutcome> refuseBelow(int partition) {
    return offset ->
        outcome(offset, offset.partition() < partition ? ErrorCode.STALE_MEMBER : ErrorCode.NONE);
  }

  private static void assertRefused(CompletableFuture<Void> waiter, ErrorCode code) {
    assertThat(waiter).isCompletedExceptionally();
    assertThatThrownBy(waiter::join)
        .hasCauseInstanceOf(MillraceException.class)
        .extracting(e -> ((MillraceException) e.getCause()).code())
        .isEqualTo(code);
  }

  @Test
  void aFailedRequestFailsOnlyThoseWhosePositionsItHad() {
    OwnedPartition first = finished(0, 10);
    CompletableFuture<Void> inRequest = commits.flush(List.of(first));
    OwnedPartition second = finished(1, 5);
    CompletableFuture<Void> otherPartition = commits.flush(List.of(second));
    first.finished(20);
    CompletableFuture<Void> laterPosition = commits.flush(List.of(first));

    sent.remove().answer().completeExceptionally(new MillraceException(ErrorCode.INTERNAL, "no"));

    assertRefused(inRequest, ErrorCode.INTERNAL);
    assertThat(otherPartition).isNotDone();
    assertThat(laterPosition).isNotDone();
    assertThat(answer(OffsetCommitsTest::store)).isEqualTo(Map.of(0, 20L, 1, 5L));
    assertThat(otherPartition).isCompleted();
    assertThat(laterPosition).isCompleted();
  }

  @Test
  void aRefusedPositionDoesNotFailWhoWaitsForALaterOne() {
    OwnedPartition partition = finished(0, 10);
    CompletableFuture<Void> earlier = commits.flush(List.of(partition));
    partition.finished(20);
    CompletableFuture<Void> later = commits.flush(List.of(partition));

    answer(refuseBelow(1));

    assertRefused(earlier, ErrorCode.STALE_MEMBER);
    assertThat(questions).isEqualTo(1);
    assertThat(later).isNotDone();
    assertThat(answer(OffsetCommitsTest::store)).isEqualTo(Map.of(0, 20L));
    assertThat(later).isCompleted();
  }

  @Test
  void partitionsThatWereSentLongestAgoComeFirst() {
    int partitions = 2 * OffsetCommits.MAX_OFFSETS + 5;
    for (int i = 0; i < partitions; i++) {
      finished(i, 1);
    }
    Map<Integer, Long> all = new HashMap<>();
    for (int request = 0; request < 3; request++) {
      commits.commitFinished();
      all.putAll(answer(offset -> outcome(offset, ErrorCode.DISK_FULL)));
      assertThat(sent).isEmpty(); // the next call sends again, not the refusal
    }
    assertThat(all).hasSize(partitions);
  }

  @Test
  void whoWaitsForManyPositionsIsNotHeldUpByThoseThatAreRefused() {
    int refused = OffsetCommits.MAX_OFFSETS;
    for (int i = 0; i < refused; i++) {
      finished(i, 1);
    }
    OwnedPartition last = finished(refused, 1);
    CompletableFuture<Void> waiter = commits.flush(List.of(last));

    assertThat(answer(refuseBelow(refused))).doesNotContainKey(refused);
    assertThat(answer(refuseBelow(refused))).isEqualTo(Map.of(refused, 1L));

    assertThat(waiter).isCompleted();
    assertThat(sent).isEmpty();
    commits.commitFinished();
    assertThat(sent.remove().request().offsets()).hasSize(refused);
  }

  @Test
  void whoWaitsForAPartitionThatIsGoneFails() {
    OwnedPartition gone = finished(0, 10);
    CompletableFuture<Void> waiter = commits.flush(List.of(gone));
    gone.finished(11);
    CompletableFuture<Void> later = commits.flush(List.of(gone));
    answer(OffsetCommitsTest::store);
    assertThat(waiter).isCompleted();

    owned.remove(gone);
    gone.markGone();
    commits.forget();

    assertRefused(later, ErrorCode.STALE_MEMBER);
    sent.clear();
    assertRefused(commits.flush(List.of(gone)), ErrorCode.STALE_MEMBER);
  }
}
