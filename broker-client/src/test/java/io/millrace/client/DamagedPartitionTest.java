package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.DamagedRangeInfo;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;
import io.millrace.protocol.wire.SubscribeRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a program learns of damage, and how it continues after it. */
class DamagedPartitionTest extends BrokerTest {

  private static final DamagedRangeInfo IN_RIDES = new DamagedRangeInfo("rides", 1, 3, 5, "torn");

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 2);
    broker.topic("trips", 1);
  }

  @Test
  void damageIsListed() {
    broker.isDamaged(IN_RIDES, new DamagedRangeInfo("trips", 0, 0, 1, "lost"));
    DamagedEvents first = new DamagedEvents("rides", 1, 3, 5, "torn");
    DamagedEvents second = new DamagedEvents("trips", 0, 0, 1, "lost");
    Admin admin = client().admin();

    assertThat(admin.listDamage()).isEqualTo(new DamageList(2, List.of(first, second)));
    assertThat(admin.listDamage("rides")).isEqualTo(new DamageList(1, List.of(first)));
    assertThat(admin.nextDamage("rides", 1, 0)).contains(first);
    assertThat(admin.nextDamage("rides", 1, 4)).contains(first);
    assertThat(admin.nextDamage("rides", 1, 5)).isEmpty();
    assertThat(admin.nextDamage("rides", 0, 0)).isEmpty();
    assertThat(thrownBy(() -> admin.listDamage("")).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(thrownBy(() -> admin.nextDamage("rides", -1, 0)).code())
        .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
  }

  @Test
  void aBrokerThatCannotListDamageIsNamed() {
    broker.without(Api.LIST_DAMAGE);
    MillraceException refused = thrownBy(() -> client().admin().listDamage());
    assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
  }

  /** A reader that continues after such a range would not move forward, or read another topic. */
  @ParameterizedTest
  @CsvSource({"trips,1,3,5", "rides,0,3,5", "rides,1,3,4", "rides,1,6,5", "rides,1,9,9"})
  void aRangeThatWasNotAskedForBreaksTheProtocol(String topic, int partition, long from, long to) {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof ListDamageRequest) {
            DamagedRangeInfo forged = new DamagedRangeInfo(topic, partition, from, to, "");
            exchange.answer(new ListDamageResponse(1, List.of(forged)));
          } else {
            exchange.proceed();
          }
        });
    assertThat(thrownBy(() -> client().admin().nextDamage("rides", 1, 4)).code())
        .isEqualTo(ErrorCode.MALFORMED_FRAME);
  }

  /** In every call, so that a program can leave the partition out. */
  @Test
  void theFailureOfAPollHasThePartition() {
    Consumer consumer = client().consumer("rides").from(StartPosition.earliest()).build();
    int subscription =
        broker.requests(SubscribeRequest.class).stream()
            .filter(request -> request.partition() == 1)
            .findFirst()
            .orElseThrow()
            .subscriptionId();
    broker.session().end(subscription, ErrorCode.CORRUPT_LOG);
    for (int i = 0; i < 2; i++) {
      assertThat(thrownBy(() -> consumer.poll(LONG)))
          .isInstanceOfSatisfying(
              PartitionReadException.class,
              e -> {
                assertThat(e.partition()).isEqualTo(1);
                assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
              });
    }
  }

  @Test
  void theFailureOfASubscriptionHasThePartition() {
    assertThat(
            thrownBy(
                () ->
                    client()
                        .consumer("rides")
                        .from(StartPosition.earliest())
                        .from(1, StartPosition.offset(9))
                        .build()))
        .isInstanceOfSatisfying(
            PartitionReadException.class, e -> assertThat(e.partition()).isEqualTo(1));
  }
}
