package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeBrokerResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.RefusingPartition;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.security.Resource;
import io.millrace.server.security.TestAuthorizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The state of the broker as clients see it. */
@ExtendWith(NoLeaks.class)
class DescribeBrokerTest {

  @TempDir Path directory;

  private MillraceServer start() {
    return TestServers.start("mapped", directory, Map.of());
  }

  private static DescribeBrokerResponse describe(WireClient client) {
    return client.ask(new DescribeBrokerRequest(), DescribeBrokerResponse.class);
  }

  private static TopicInfo create(WireClient client, String name, int partitions) {
    return client
        .ask(new CreateTopicRequest(name, partitions, Map.of()), TopicResponse.class)
        .topic();
  }

  @Test
  void theBrokerCountsWhatItServes() {
    long before = EpochMicros.of(Instant.now());
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port());
        WireClient other = WireClient.hello(server.port())) {
      DescribeBrokerResponse empty = describe(client);
      assertThat(empty.topics()).isZero();
      assertThat(empty.startedAtMicros()).isBetween(before, EpochMicros.of(Instant.now()));
      assertThat(empty.dataDirectory()).isEqualTo(directory.toAbsolutePath().toString());
      assertThat(empty.usableBytes()).isGreaterThan(empty.neededBytes());
      assertThat(empty.connections()).isEqualTo(2);

      TopicInfo topic = create(other, "a", 2);
      create(other, "b", 3);
      int sent =
          other.produce(topic.id(), 1, AckLevel.SYNCED, TestServers.batch("s", "x", "y", "z"));
      other.answerTo(sent, ProduceResponse.class);

      DescribeBrokerResponse filled = describe(client);
      assertThat(filled.topics()).isEqualTo(2);
      assertThat(filled.partitions()).isEqualTo(5);
      assertThat(filled.events()).isEqualTo(3);
      assertThat(filled.refusingPartitions()).isZero();
      assertThat(filled.refusing()).isEmpty();
      assertThat(filled.startedAtMicros()).isEqualTo(empty.startedAtMicros());
      assertThat(filled.brokerId()).isEqualTo(empty.brokerId());
    }
  }

  @Test
  void aPartitionWhoseLogIsLostIsListed() throws IOException {
    TopicInfo topic;
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port())) {
      topic = create(client, "rides", 101);
      for (int partition = 0; partition < 100; partition++) {
        int sent =
            client.produce(topic.id(), partition, AckLevel.STORED, TestServers.batch("s", "x"));
        client.answerTo(sent, ProduceResponse.class);
      }
    }
    try (Stream<Path> logs = Files.walk(directory.resolve("logs"))) {
      for (Path file : logs.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.endsWith("logs") && !file.toString().contains(topic.id() + "-100")) {
          Files.delete(file);
        }
      }
    }
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port())) {
      DescribeBrokerResponse described = describe(client);

      assertThat(described.refusingPartitions()).isEqualTo(100);
      List<RefusingPartition> refusing = described.refusing();
      assertThat(refusing)
          .extracting(RefusingPartition::partition)
          .startsWith(0, 1, 2)
          .hasSize(100);
      assertThat(refusing.get(0).topic()).isEqualTo("rides");
      assertThat(refusing.get(0).failure()).isEqualTo(ErrorCode.CORRUPT_LOG);
      assertThat(refusing.get(0).failureMessage())
          .contains("was durable up to offset 1, but there is no segment file");
    }
    TestAuthorizer withoutTopics =
        (session, operation, resource) -> resource.kind() == Resource.Kind.BROKER;
    try (MillraceServer server =
            MillraceServer.start(
                TestServers.config(
                    Map.of("storage.engine", "mapped", "dataDir", directory.toString())),
                withoutTopics);
        WireClient client = WireClient.hello(server.port())) {
      assertThat(describe(client).refusingPartitions()).isEqualTo(100);
      assertThat(describe(client).refusing()).isEmpty();
    }
  }

  private void joinGroup() {
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port())) {
      create(client, "rides", 1);
      client.ask(
          new JoinGroupRequest(
              "billing",
              "m1",
              "",
              60_000_000,
              0,
              GroupAssignor.AS_THE_GROUP,
              new GroupSubscription(1, List.of("rides"), "")),
          JoinGroupResponse.class);
    }
  }

  /** The segment file in which the group is recorded. */
  private Path segmentOfTheGroup() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("logs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (placeOf("billing", Files.readAllBytes(file)) >= 0) {
          return file;
        }
      }
    }
    throw new AssertionError("no file has the group");
  }

  private static int placeOf(String text, byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private void assertGroupsAreRefused() {
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port())) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(describe(client).refusing()).hasSize(1).allSatisfy(this::isOfGroups));
      assertThat(describe(client).refusingPartitions()).isEqualTo(1);
      ErrorResponse refused =
          client.ask(new FetchOffsetsRequest("billing", List.of()), ErrorResponse.class);
      assertThat(refused.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
      assertThat(refused.message())
          .contains("'Damage in the log of groups'")
          .doesNotContain("delete the topic");
    }
  }

  private void isOfGroups(RefusingPartition refusing) {
    assertThat(refusing.topic()).isEqualTo("__groups");
    assertThat(refusing.failure()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(refusing.failureMessage())
        .contains("'Damage in the log of groups'")
        .doesNotContain("delete the topic");
  }

  @Test
  void groupsWhoseLogIsLostAreListed() throws IOException {
    joinGroup();
    Path lost = segmentOfTheGroup().getParent();
    try (Stream<Path> files = Files.walk(lost)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertGroupsAreRefused();
  }

  /** The partition of the log serves its other events; its groups are refused nevertheless. */
  @Test
  void groupsWhoseLogIsDamagedAreListed() throws IOException {
    joinGroup();
    Path segment = segmentOfTheGroup();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[placeOf("billing", bytes)] ^= 1;
    Files.write(segment, bytes);
    assertGroupsAreRefused();
  }
}
