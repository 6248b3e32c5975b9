package io.millrace.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import io.millrace.client.fake.FakeBroker;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.BrokerAddress;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.ListenerCalls;
import io.millrace.client.internal.connection.NameService;
import io.millrace.client.internal.producer.EventClock;
import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ApiVersions;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SupportedVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients and brokers of different versions. The old ones support version 1 of every api, and the
 * new ones versions 1 and 2. Where this build has no version 2, it has the layout of version 1.
 */
@Timeout(300)
class VersionNegotiationTest {

  private static final SupportedVersions OLD = all(1, 1);
  private static final SupportedVersions NEW = all(1, 2);
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private final FakeBroker broker = new FakeBroker();

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  @Test
  void oldClientUsesTheOldVersionOnANewBroker() throws Exception {
    broker.supports(NEW);

    useEverything(OLD);

    assertThat(broker.versions(HelloRequest.class)).containsExactly(1);
    assertThat(versionsAfterHello()).containsExactly(1);
  }

  @Test
  void newClientUsesTheOldVersionOnAnOldBroker() throws Exception {
    broker.supports(OLD);

    useEverything(NEW);

    // The broker has refused the Hello of version 2 and accepted the next one.
    assertThat(broker.versions(HelloRequest.class)).containsExactly(1);
    assertThat(versionsAfterHello()).containsExactly(1);
  }

  @Test
  void newClientUsesTheNewVersionOnANewBroker() throws Exception {
    broker.supports(NEW);

    useEverything(NEW);

    assertThat(broker.versions(HelloRequest.class)).containsExactly(2);
    assertThat(versionsAfterHello()).containsExactly(2);
  }

  @Test
  void eachApiHasItsOwnVersion() throws Exception {
    broker.supports(with(OLD, Api.PRODUCE, 1, 2));

    useEverything(with(NEW, Api.LIST_TOPICS, 1, 1));

    assertThat(broker.versions(ProduceRequest.class)).containsOnly(2);
    assertThat(broker.versions(SubscribeRequest.class)).containsOnly(1);
    assertThat(broker.versions(ListTopicsRequest.class)).containsOnly(1);
  }

  @Test
  void versionsAreNegotiatedAnewOnEachConnection() throws Exception {
    broker.supports(NEW);
    try (MillraceClient client = connect(NEW)) {
      client.admin().listTopics();
      broker.supports(OLD);
      broker.session().goAway(ErrorCode.SHUTTING_DOWN);
      broker.session().cut();

      client.admin().listTopics();
    }

    assertThat(broker.versions(ListTopicsRequest.class)).startsWith(2).endsWith(1);
  }

  @Test
  void clientThatIsTooOldIsToldBothRanges() {
    broker.supports(with(OLD, Api.SUBSCRIBE, 2, 3));

    assertThat(refusal(OLD))
        .hasMessageContaining("the client supports SUBSCRIBE version 1")
        .hasMessageContaining("the broker supports versions 2 to 3; upgrade the client");
  }

  @Test
  void clientOfATooOldBrokerIsToldBothRanges() {
    broker.supports(OLD);

    assertThat(refusal(with(OLD, Api.SUBSCRIBE, 2, 3)))
        .hasMessageContaining("the client supports SUBSCRIBE versions 2 to 3")
        .hasMessageContaining("the broker supports version 1; upgrade the broker");
  }

  static Stream<Api> laterApis() {
    return Arrays.stream(Api.values()).filter(api -> !isOfFirstRelease(api));
  }

  static Stream<Api> firstApis() {
    // A broker without HELLO has no list of its apis.
    return Arrays.stream(Api.values()).filter(api -> isOfFirstRelease(api) && api != Api.HELLO);
  }

  /** The apis of the first release have the numbers up to 13, and its pushes 64 to 66. */
  private static boolean isOfFirstRelease(Api api) {
    return api.number() <= (api.isPush() ? 66 : 13);
  }

  @ParameterizedTest
  @MethodSource("laterApis")
  void brokerWithoutALaterApiServesAllOthers(Api missing) throws Exception {
    broker.without(missing);

    useEverything(OLD);
  }

  @ParameterizedTest
  @MethodSource("firstApis")
  void brokerWithoutAnApiOfTheFirstReleaseIsRefused(Api missing) {
    broker.without(missing);

    assertThat(refusal(OLD))
        .hasMessageContaining("the client supports " + missing + " version")
        .hasMessageContaining("the broker supports no version; upgrade the broker");
  }

  @Test
  void callsThatAnOldBrokerDoesNotHaveFailAlone() {
    broker.without(Api.DESCRIBE_BROKER);
    try (MillraceClient client = connect(OLD)) {
      MillraceException refusal =
          catchThrowableOfType(MillraceException.class, () -> client.admin().describeBroker());
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
      assertThat(refusal).hasMessageContaining("DESCRIBE_BROKER");
      assertThat(client.admin().listTopics()).isEmpty();
    }
  }

  private MillraceException refusal(SupportedVersions versions) {
    MillraceException refusal =
        catchThrowableOfType(MillraceException.class, () -> connect(versions));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    return refusal;
  }

  /** Lists, produces, subscribes, gets deliveries and returns credit. */
  private void useEverything(SupportedVersions versions) throws Exception {
    broker.topic("rides", 1);
    try (MillraceClient client = connect(versions)) {
      client.admin().listTopics();
      try (Producer producer = client.producer("rides").build();
          Consumer consumer =
              client.consumer("rides").from(StartPosition.earliest()).creditBytes(1024).build()) {
        producer.send(Event.of("a".repeat(2000))).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        List<ConsumedEvent> events = new ArrayList<>();
        while (events.isEmpty()) {
          events.addAll(consumer.poll(TIMEOUT));
        }
        while (broker.versions(CreditRequest.class).isEmpty()) {
          consumer.poll(Duration.ofMillis(1));
        }
      }
    }
  }

  private Set<Integer> versionsAfterHello() {
    Set<Integer> versions = new TreeSet<>();
    for (Class<? extends Request> kind :
        List.of(
            ListTopicsRequest.class,
            ProduceRequest.class,
            SubscribeRequest.class,
            CreditRequest.class)) {
      assertThat(broker.versions(kind)).as(kind.getSimpleName()).isNotEmpty();
      versions.addAll(broker.versions(kind));
    }
    return versions;
  }

  private MillraceClient connect(SupportedVersions versions) {
    return NettyMillraceClient.connect(
        new ClientSettings(
            BrokerAddress.parse(broker.address()),
            "test",
            TIMEOUT,
            TIMEOUT,
            new BackoffRange(Duration.ofMillis(1), Duration.ofMillis(5)),
            versions,
            ClientSecurity.NONE),
        NameService.ofSystem(),
        new ListenerCalls(null),
        EventClock.system(),
        new Random(1));
  }

  private static SupportedVersions all(int min, int max) {
    return SupportedVersions.of(
        SupportedVersions.ofThisBuild().toList().stream()
            .map(range -> new ApiVersions(range.api(), min, max))
            .toList());
  }

  private static SupportedVersions with(SupportedVersions base, Api api, int min, int max) {
    List<ApiVersions> ranges = new ArrayList<>(base.toList());
    ranges.add(new ApiVersions(api.number(), min, max));
    return SupportedVersions.of(ranges);
  }
}
