package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the pages of the protocol with the code: apis, fields, errors, examples in hex. */
class ProtocolPageTest {

  private static final ProtocolPage PAGE = ProtocolPage.read("protocol.md");
  private static final ProtocolPage EXAMPLES = ProtocolPage.read("protocol-examples.md");
  private static final int FIRST_CODE_OF_CLIENTS = 600;

  private static final Map<Class<?>, String> TYPES =
      Map.ofEntries(
          Map.entry(int.class, "i32"),
          Map.entry(long.class, "i64"),
          Map.entry(Long.class, "i64"),
          Map.entry(short.class, "i16"),
          Map.entry(String.class, "string"),
          Map.entry(UUID.class, "uuid"),
          Map.entry(ProducerSecret.class, "secret"),
          Map.entry(Map.class, "map"),
          Map.entry(TopicInfo.class, "TopicInfo"),
          Map.entry(boolean.class, "bool"),
          Map.entry(GroupSubscription.class, "GroupSubscription"),
          Map.entry(GroupAssignment.class, "GroupAssignment"),
          Map.entry(QueueSettingsInfo.class, "QueueSettingsInfo"),
          Map.entry(BrokerInfo.class, "BrokerInfo"),
          Map.entry(ErrorCode.class, "u16"));

  /** Fields whose Java type says less than the wire: narrower numbers, lists, batches. */
  private static final Map<String, String> NARROW =
      Map.of(
          "ApiVersions.api", "u16",
          "ApiVersions.minVersion", "u8",
          "ApiVersions.maxVersion", "u8",
          "ProduceRequest.batch", "batch",
          "DeliverPush.batches", "batches",
          "TakeResponse.batches", "batches",
          "AuthenticateRequest.data", "bytes",
          "AuthenticateResponse.data", "bytes");

  private static final Set<String> SHORT_LISTS =
      Set.of(
          "HelloRequest.mechanisms",
          "HelloResponse.mechanisms",
          "BrokerInfo.apis",
          "SubscribeRequest.sources",
          "DeleteEventsRequest.bounds",
          "DeleteEventsResponse.results",
          "GroupSubscription.topics",
          "DescribeGroupResponse.queue");

  static Stream<Arguments> messages() {
    return Arrays.stream(Api.values()).flatMap(ProtocolPageTest::messagesOf);
  }

  private static Stream<Arguments> messagesOf(Api api) {
    String name = camelCase(api);
    return Stream.of("Request", "Response", "Push")
        .flatMap(
            kind ->
                MessageTypes.all().stream()
                    .filter(type -> type.getSimpleName().equals(name + kind))
                    .map(type -> Arguments.of(api.name(), kind + ":", type)));
  }

  static Stream<Arguments> parts() {
    return Stream.of(
            TopicInfo.class,
            PartitionInfo.class,
            SourceInfo.class,
            SkippedRange.class,
            ApiVersions.class,
            BrokerInfo.class,
            LoginInfo.class,
            RefusingPartition.class,
            DeletionBound.class,
            DeletionResult.class,
            DamagedRangeInfo.class,
            TopicPartition.class,
            NamedTopic.class,
            GroupSubscription.class,
            GroupAssignment.class,
            OffsetToCommit.class,
            OffsetOutcome.class,
            CommittedPosition.class,
            NewOffset.class,
            GroupMemberInfo.class,
            GroupPartitionInfo.class,
            GroupSummary.class,
            QueueSettingsInfo.class,
            EventAttempts.class,
            Settlement.class,
            SettlementOutcome.class,
            QueueInfo.class,
            QueueConsumerInfo.class,
            QueuePartitionInfo.class,
            UserInfo.class,
            TokenInfo.class,
            RuleInfo.class)
        .map(type -> Arguments.of(type.getSimpleName(), "", type));
  }

  @Test
  void listsEveryApi() {
    List<List<String>> expected =
        Arrays.stream(Api.values())
            .map(
                api ->
                    List.of(
                        String.valueOf(api.number()),
                        api.name(),
                        api.minVersion() + " to " + api.maxVersion(),
                        api.isPush() ? "broker" : "client"))
            .toList();

    assertThat(PAGE.table("Apis", "")).extracting(row -> row.subList(0, 4)).isEqualTo(expected);
  }

  @Test
  void listsEveryErrorOfTheWire() {
    List<List<String>> expected =
        Arrays.stream(ErrorCode.values())
            .filter(error -> error.code() < FIRST_CODE_OF_CLIENTS || error.code() >= 700)
            .map(
                error ->
                    List.of(
                        String.valueOf(error.code()),
                        error.name(),
                        error.retriable() ? "yes" : "no",
                        error.meaning(),
                        ""))
            .toList();

    assertThat(PAGE.table("Errors", "")).isEqualTo(expected);
  }

  static List<Api> requests() {
    return Arrays.stream(Api.values()).filter(api -> !api.isPush()).toList();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void answerIsDecodedAsThePageSays(Api api) throws ReflectiveOperationException {
    Object answer = new RandomMessages(api.number()).next(answerOf(api));
    FrameHeader request = new FrameHeader(FrameKind.REQUEST, api.maxVersion(), api.number(), 1);
    ByteBuf frame =
        Frames.encodeResponse(UnpooledByteBufAllocator.DEFAULT, request, (Response) answer);

    assertThat(Wire.decode(frame)).isEqualTo(answer);
  }

  /** The answer by the api's own name; else by what the page lists. */
  private static Class<?> answerOf(Api api) {
    return MessageTypes.all().stream()
        .filter(type -> type.getSimpleName().equals(camelCase(api) + "Response"))
        .findFirst()
        .orElse(
            PAGE.table(api.name(), "Response:").isEmpty()
                ? EmptyResponse.class
                : TopicResponse.class);
  }

  @ParameterizedTest
  @MethodSource({"messages", "parts"})
  void listsEveryFieldInItsOrder(String heading, String label, Class<?> type) {
    List<List<String>> expected =
        Arrays.stream(type.getRecordComponents())
            .map(field -> List.of(field.getName(), wireType(field)))
            .toList();

    assertThat(PAGE.table(heading, label)).extracting(row -> row.subList(0, 2)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = Api.class,
      names = {"CREATE_TOPIC", "ALTER_TOPIC", "DESCRIBE_TOPIC"})
  void answersWithATopic(Api api) {
    assertThat(PAGE.table(api.name(), "Response:"))
        .extracting(row -> row.subList(0, 2))
        .containsExactly(List.of("topic", "TopicInfo"));
  }

  static Set<String> frames() {
    return WorkedExample.frames().keySet();
  }

  @ParameterizedTest
  @MethodSource("frames")
  void exampleIsWhatIsSent(String heading) {
    ByteBuf sent = WorkedExample.frames().get(heading);

    assertThat(ByteBufUtil.prettyHexDump(EXAMPLES.hex(heading)))
        .isEqualTo(ByteBufUtil.prettyHexDump(sent));
  }

  private static String wireType(RecordComponent field) {
    String name = field.getDeclaringRecord().getSimpleName() + "." + field.getName();
    if (NARROW.containsKey(name)) {
      return NARROW.get(name);
    }
    if (field.getGenericType() instanceof ParameterizedType optional
        && field.getType() == Optional.class) {
      return "optional " + ((Class<?>) optional.getActualTypeArguments()[0]).getSimpleName();
    }
    if (field.getGenericType() instanceof ParameterizedType list && field.getType() == List.class) {
      Class<?> item = (Class<?>) list.getActualTypeArguments()[0];
      return (SHORT_LISTS.contains(name) ? "list(u16) of " : "list(i32) of ")
          + TYPES.getOrDefault(item, item.getSimpleName());
    }
    if (field.getType().isEnum() && field.getType() != ErrorCode.class) {
      return "u8";
    }
    return TYPES.get(field.getType());
  }

  /** {@code CREATE_TOPIC} to {@code CreateTopic}. */
  private static String camelCase(Api api) {
    StringBuilder name = new StringBuilder();
    for (String word : api.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
