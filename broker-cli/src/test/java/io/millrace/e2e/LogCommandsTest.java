package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code log verify} and {@code log repair} on the files of a real broker: three batches of one
 * event in one partition.
 */
class LogCommandsTest {

  @TempDir Path directory;

  private EndToEndBroker broker;

  @BeforeEach
  void writeThreeBatches() throws Exception {
    broker = EndToEndBroker.start(directory);
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      client.admin().createTopic("t", TopicSpec.partitions(1));
      try (Producer producer = client.producer("t").build()) {
        for (String value : List.of("first", "second", "third")) {
          producer.send(Event.of("k", value)).get();
        }
      }
    }
  }

  @AfterEach
  void end() {
    broker.close();
  }

  @Test
  void aDirectoryInUseIsVerifiedButNotRepaired() {
    assertThat(log("verify", data()).exitCode()).isZero();
    CommandResult repair = log("repair", data(), "--apply");
    assertThat(repair.exitCode()).isEqualTo(1);
    assertThat(repair.stderr())
        .contains("DIRECTORY_LOCKED", "process " + broker.pid())
        .doesNotContain("\tat ");
  }

  @Test
  void aCleanDirectoryNeedsNoRepair() throws Exception {
    broker.stop();
    CommandResult verified = log("verify", data(), "--output", "json");
    assertThat(verified.exitCode()).as(verified.stderr()).isZero();
    JsonNode found = json(verified);
    assertThat(fields(found))
        .containsExactly("logs", "batches", "events", "sizeBytes", "problems", "tornTails");
    assertThat(found.get("logs").asInt()).isEqualTo(1);
    assertThat(found.get("batches").asInt()).isEqualTo(3);
    assertThat(found.get("events").asInt()).isEqualTo(3);
    assertThat(found.get("problems")).isEmpty();
    assertThat(found.get("tornTails")).isEmpty();

    JsonNode plan = json(log("repair", data(), "--output", "json").orFail());
    assertThat(plan).hasSize(1);
    assertThat(fields(plan.get(0)))
        .containsExactly("log", "topic", "applied", "steps", "damage", "failure");
    assertThat(plan.get(0).get("steps")).isEmpty();
    assertThat(plan.get(0).get("damage")).isEmpty();
    assertThat(plan.get(0).get("failure").isNull()).isTrue();
  }

  @Test
  void aDamagedBatchIsReportedAndQuarantinedAndTheOthersAreServed() throws Exception {
    broker.stop();
    damageTheSecondBatch();
    byte[] damaged = Files.readAllBytes(onlySegment());

    CommandResult verified = log("verify", data(), "--output", "json");
    assertThat(verified.exitCode()).isEqualTo(1);
    JsonNode problem = json(verified).get("problems").get(0);
    assertThat(problem.get("file").asText()).isEqualTo(onlySegment().toString());
    assertThat(problem.get("topic").asText()).isEqualTo("t");
    assertThat(problem.get("message").asText()).contains("checksum");
    assertThat(log("verify", data()).stdoutText()).contains(".log (topic t): ");

    JsonNode plan = json(log("repair", data(), "--output", "json").orFail()).get(0);
    assertThat(plan.get("topic").asText()).isEqualTo("t");
    assertThat(plan.get("steps").get(0).asText()).contains("offsets 1 to 1 are damaged");
    assertThat(quarantined()).as("a plan changes nothing").isEmpty();

    CommandResult applied = log("repair", data(), "--apply", "--output", "json").orFail();
    assertThat(applied.stderr()).as("the result has all that the log would say").isEmpty();
    JsonNode done = json(applied).get(0);
    assertThat(done.get("steps").get(0).asText()).contains("offsets 1 to 1 are damaged");
    assertThat(done.get("damage").get(0).get("firstOffset").asInt()).isEqualTo(1);
    assertThat(done.get("damage").get(0).get("endOffset").asInt()).isEqualTo(2);
    assertThat(quarantined()).hasSize(1);
    assertThat(Files.readAllBytes(onlySegment()))
        .as("the segment file is not changed")
        .isEqualTo(damaged);
    assertThat(log("verify", data()).stdoutText()).contains("known to be damaged");

    broker.start();
    assertThat(consume("2").orFail().stdoutLines()).containsExactly("third");
    CommandResult fromTheStart = consume("0");
    assertThat(fromTheStart.exitCode()).isEqualTo(1);
    assertThat(fromTheStart.stdoutLines()).containsExactly("first");
    assertThat(fromTheStart.stderr()).contains("CORRUPT_LOG", "offsets 1 to 1 ");
    assertTheSourcesLeaveOutOffset1();
    CommandResult found =
        new MillraceCommand(broker).run("topic", "offsets", "t", "--time", "1000d").orFail();
    assertThat(found.stdoutText()).contains("AT TIME");
  }

  @Test
  void theSourcesAreListedWithoutDamagedEvents() throws Exception {
    broker.stop();
    damageTheSecondBatch();
    broker.start();
    await()
        .alias("found by the check in the background")
        .atMost(JavaProcess.LIMIT)
        .until(() -> broker.get("/health/ready").body().contains("\"firstOffset\":1"));
    assertTheSourcesLeaveOutOffset1();
  }

  private void assertTheSourcesLeaveOutOffset1() throws IOException {
    MillraceCommand millrace = new MillraceCommand(broker);
    CommandResult text = millrace.run("sources", "t");
    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.stdoutLines()).hasSize(2);
    assertThat(text.stderr()).contains("offsets 1 to 1 of partition 0, which are damaged");
    CommandResult json = millrace.run("sources", "t", "--exact", "--output", "json");
    assertThat(json(json).get(0).get("events").asInt()).isEqualTo(2);
    List<String> printed = json.stderr().lines().toList();
    assertThat(printed).allMatch(line -> line.startsWith("{")); // a slow machine adds a notice
    JsonNode error = new ObjectMapper().readTree(printed.get(printed.size() - 1)).get("error");
    assertThat(error.get("code").asText()).isEqualTo("CORRUPT_LOG");
  }

  @Test
  void aTopicWithoutItsStateIsListedAndTheCommandsSayWhatToDo() throws Exception {
    broker.stop();
    List<Path> states;
    try (Stream<Path> files = Files.list(data().resolve("states"))) {
      states = files.filter(file -> file.getFileName().toString().startsWith("topic-")).toList();
    }
    assertThat(states).hasSize(2);
    for (Path state : states) {
      Files.writeString(state, "not a state");
    }
    CommandResult repair = log("repair", data());
    assertThat(repair.exitCode()).isEqualTo(1);
    assertThat(repair.stderr()).contains("this command cannot repair", "'Refused topics'");

    broker.start();
    MillraceCommand millrace = new MillraceCommand(broker);
    JsonNode topic = json(millrace.run("topic", "list", "--output", "json").orFail()).get(0);
    assertThat(topic.get("topic").asText()).startsWith("__refused-");
    assertThat(topic.get("createdAt").isNull()).isTrue();
    assertThat(topic.at("/partitions/0/failure/code").asText()).isEqualTo("CORRUPT_LOG");
    assertThat(millrace.run("consume", "t").stderr())
        .contains(topic.get("topic").asText(), "'Refused topics'");
  }

  /** As after a restore of single files: the register is older than the deletion. */
  @Test
  void anOlderRegisterRefusesADeletedTopicUntilTheRepair() throws Exception {
    broker.stop();
    byte[] older = Files.readAllBytes(data().resolve("register"));
    broker.start();
    MillraceCommand millrace = new MillraceCommand(broker);
    millrace.run("topic", "create", "other").orFail();
    millrace.run("topic", "delete", "t").orFail();
    broker.stop();
    Files.write(data().resolve("register"), older);

    broker.start();
    CommandResult refused = millrace.run("topic", "create", "third");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.stderr()).contains("millrace log repair DIR --apply");
    assertThat(Files.readString(broker.log()))
        .contains("event=topic_refused", "millrace log repair DIR --apply");
    broker.stop();
    CommandResult repaired = log("repair", data(), "--apply", "--output", "json").orFail();
    assertThat(repaired.stdoutText()).contains("took the log off the register");
    repaired.stderr().lines().forEach(line -> assertThat(line).startsWith("{"));
    broker.start();
    millrace.run("topic", "create", "third").orFail();
  }

  @Test
  void aLogWithoutTheStateOfItsTopicIsDamageAsTheBrokerSaysIt() throws Exception {
    new MillraceCommand(broker).run("topic", "create", "second").orFail();
    broker.stop();
    String id = onlySegment().getParent().getFileName().toString().replaceAll("-0$", "");
    for (String ending : List.of(".state", ".copy")) {
      Files.delete(data().resolve("states").resolve("topic-" + id + ending));
    }
    String reason = "the state 'topic-" + id + "' is missing, but there is log " + id + "-0";
    for (String option : List.of("--output=text", "--topic=" + id)) {
      CommandResult verified = log("verify", data(), option);
      assertThat(verified.exitCode()).as(option).isEqualTo(1);
      assertThat(verified.stdoutText()).contains(reason, "'Refused topics'");
    }
    CommandResult repair = log("repair", data());
    assertThat(repair.exitCode()).isEqualTo(1);
    assertThat(repair.stderr()).contains(reason);
    broker.start();
    assertThat(Files.readString(broker.log())).contains("event=topic_refused", reason);
  }

  @Test
  void logsWithoutAnyTopicAreDamageAlsoAfterAFailedStart() throws Exception {
    broker.stop();
    Path states = data().resolve("states");
    List<Path> files;
    try (Stream<Path> listed = Files.list(states)) {
      files = listed.toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
    for (int start = 0; start < 2; start++) {
      CommandResult verified = log("verify", data());
      assertThat(verified.exitCode()).isEqualTo(1);
      assertThat(verified.stdoutText()).contains("the topic catalogue is missing");
      assertThat(log("repair", data()).exitCode()).isEqualTo(1);
      CommandResult started =
          MillraceCommand.runAlone(
              "server", "--data-dir", data().toString(), "--port", "0", "--http-port", "0");
      assertThat(started.exitCode()).isNotZero();
      assertThat(states).as("a start that fails makes no state").isEmptyDirectory();
    }
  }

  @Test
  void aLostRegisterEntryIsDamageAndIsMadeAnew() throws Exception {
    broker.stop();
    Path register = data().resolve("register");
    byte[] bytes = Files.readAllBytes(register);
    Files.write(register, Arrays.copyOf(bytes, 4096));
    CommandResult verified = log("verify", data());
    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.stdoutText())
        .contains("the register has no entry of this log: deletions of events may be undone");
    assertThat(log("inspect", data()).orFail().stdoutText()).contains("the register has no entry");
    assertThat(log("repair", data()).orFail().stdoutText())
        .contains("to do   ", "make a new entry in the register");
    assertThat(log("repair", data(), "--apply").orFail().stdoutText()).contains("got a new one");
    assertThat(log("verify", data()).exitCode()).isZero();

    Files.write(register, Arrays.copyOf(bytes, 4096));
    broker.start();
    assertThat(Files.readString(broker.log()))
        .contains("WARN", "case=DAMAGED_REGISTER", "delete again the events");
    JsonNode health = new ObjectMapper().readTree(broker.get("/health/ready").body());
    assertThat(health.at("/findings/0/case").asText()).isEqualTo("DAMAGED_REGISTER");
  }

  /** The repair takes the log off the register. The record of its topic still names it. */
  @Test
  void aLostLogIsDamageAlsoAfterTheRepair() throws Exception {
    broker.stop();
    Path lost = onlySegment().getParent();
    try (Stream<Path> files = Files.list(lost)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(lost);
    assertThat(log("verify", data()).exitCode()).isEqualTo(1);
    log("repair", data(), "--apply");

    CommandResult verified = log("verify", data());
    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.stdoutText())
        .contains(lost + " (topic t): the log of a partition on record is missing", "1 problem");

    CommandResult ofTopic = log("verify", data(), "--topic=t");
    assertThat(ofTopic.exitCode()).as(ofTopic.stderr()).isEqualTo(1);
    assertThat(ofTopic.stdoutText())
        .contains(lost + " (topic t): the log of a partition on record is missing", "0 logs, ");
    for (String command : List.of("inspect", "repair")) {
      assertThat(log(command, data(), "--topic=t").stderr())
          .contains("all logs of the topic 't' are missing in ", "backup");
      assertThat(log(command, data(), "--topic=tt").stderr()).contains("did you mean 't'?");
    }
  }

  @Test
  void aMissingIndexIsBuilt() throws Exception {
    Path index = fillSegments();
    broker.stop();
    Files.delete(index);
    CommandResult planned = log("repair", data()).orFail();
    assertThat(planned.stdoutText()).contains("to do   ", "build the index of ", "--apply");
    assertThat(index).doesNotExist();
    assertThat(log("repair", data(), "--apply").orFail().stdoutText()).contains("built the index");
    assertThat(index).exists();
    assertThat(log("repair", data()).orFail().stdoutText()).contains("nothing to do");
  }

  @Test
  void theLogsOfOneTopicAreChosenByItsName() throws Exception {
    fillSegments();
    broker.stop();
    damageTheSecondBatchOf("t");

    JsonNode inspected = json(log("inspect", data(), "--output=json").orFail());
    assertThat(inspected).extracting(log -> log.get("topic").asText()).containsOnlyOnce("t", "u");
    JsonNode ofU = json(log("inspect", data(), "--topic=u", "--output=json").orFail());
    assertThat(ofU).extracting(log -> log.get("topic").asText()).containsExactly("u");
    assertThat(log("inspect", data(), "--topic=u").orFail().stdoutText())
        .contains("\ntopic       u\n", "1 log, 5 events");

    assertThat(log("verify", data(), "--topic=u").orFail().stdoutText()).startsWith("1 log, ");
    assertThat(log("verify", data(), "--topic=t").exitCode()).isEqualTo(1);
    assertThat(json(log("repair", data(), "--topic=u", "--output=json").orFail())).hasSize(1);
    log("repair", data(), "--topic=u", "--apply").orFail();
    assertThat(quarantined()).as("the other topic is left alone").isEmpty();
    assertThat(log("repair", data(), "--topic=t", "--apply").orFail().stdoutText())
        .contains("-0 (topic t): ");
    assertThat(quarantined()).hasSize(1);

    for (String command : List.of("inspect", "verify", "repair")) {
      CommandResult unknown = log(command, data(), "--topic=tt");
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.stderr()).contains("no log of a topic 'tt'", "[UNKNOWN_TOPIC]");
    }
  }

  @Test
  void aTopicWhoseStateIsDamagedIsShownByItsIdOnly() throws Exception {
    broker.stop();
    Path log = onlySegment().getParent();
    assertThat(log("inspect", log).orFail().stdoutText()).contains("\ntopic       t\n");
    String id = log.getFileName().toString().replaceAll("-0$", "");
    Path state = data().resolve("states").resolve("topic-" + id + ".state");
    Path copy = data().resolve("states").resolve("topic-" + id + ".copy");
    Files.write(state, new byte[100]);
    assertThat(log("inspect", data()).orFail().stdoutText()).contains("\ntopic       t\n");
    Files.write(copy, new byte[100]);

    JsonNode inspected = json(log("inspect", data(), "--topic=" + id, "--output=json").orFail());
    assertThat(inspected).hasSize(1);
    assertThat(inspected.get(0).get("topic").isNull()).isTrue();
    assertThat(log("inspect", data()).orFail().stdoutText()).doesNotContain("\ntopic ");
    CommandResult verified = log("verify", data(), "--topic=" + id);
    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.stdoutText())
        .contains("3 events in them", state.getFileName().toString(), "the other file of the pair");
  }

  @Test
  void aWrongDirectoryIsAFailureThatNamesTheRightOne() throws Exception {
    broker.stop();
    for (String command : List.of("verify", "repair")) {
      for (Path wrong : List.of(directory.resolve("none"), directory)) {
        CommandResult result = log(command, wrong);
        assertThat(result.exitCode()).as(command + " " + wrong).isEqualTo(1);
        assertThat(result.stderr())
            .contains("millrace log " + command, wrong.toString(), "data directory")
            .doesNotContain("\tat ");
        assertThat(result.stdout()).isEmpty();
      }
    }
  }

  /** Creates a topic with several segments, and returns the index file of the first. */
  private Path fillSegments() throws Exception {
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      TopicSpec small = TopicSpec.partitions(1).setting("segmentBytes", "64KiB");
      Path log = data().resolve("logs").resolve(client.admin().createTopic("u", small).id() + "-0");
      try (Producer producer = client.producer("u").build()) {
        for (int i = 0; i < 5; i++) {
          producer.send(Event.builder().value(new byte[30_000]).build()).get();
        }
      }
      return log.resolve("00000000000000000000.index");
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  private static CommandResult log(String command, Path data, String... options) {
    List<String> arguments = new ArrayList<>(List.of("log", command, data.toString()));
    arguments.addAll(List.of(options));
    return MillraceCommand.runAlone(arguments.toArray(String[]::new));
  }

  private CommandResult consume(String from) {
    return new MillraceCommand(broker)
        .run("consume", "t", "--from", from, "--until", "end", "--output", "value");
  }

  private static JsonNode json(CommandResult result) throws IOException {
    return new ObjectMapper().readTree(result.stdout());
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private Path onlySegment() throws IOException {
    try (Stream<Path> files = Files.walk(data().resolve("logs"))) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }

  private List<Path> quarantined() throws IOException {
    Path quarantine = data().resolve("quarantine");
    if (!Files.exists(quarantine)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(quarantine)) {
      return files.toList();
    }
  }

  private void damageTheSecondBatch() throws IOException {
    DamagedBatch.second(onlySegment());
  }

  private void damageTheSecondBatchOf(String topic) throws IOException {
    JsonNode logs = json(log("inspect", data(), "--topic=" + topic, "--output=json").orFail());
    Path log = data().resolve("logs").resolve(logs.get(0).get("log").asText());
    DamagedBatch.second(log.resolve("00000000000000000000.log"));
  }
}
