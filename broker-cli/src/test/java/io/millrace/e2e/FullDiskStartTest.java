package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A broker is killed, and its file system is filled up to the last block or the last inode. Needs
 * root to mount the file system.
 */
class FullDiskStartTest {

  private static final int EVENTS = 120;
  private static final String VALUE = "x".repeat(50_000);

  private static final Pattern DROPPED =
      Pattern.compile("millrace_partition_start_offset\\{[^}]*\"short\"[^}]*} [1-9]");

  @TempDir Path directory;

  private enum Resource {
    BYTES {
      @Override
      void useUp(Path mount) throws IOException {
        try (OutputStream ballast =
            Files.newOutputStream(
                mount.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
          byte[] block = new byte[512];
          while (true) {
            ballast.write(block);
          }
        } catch (IOException e) {
          requireFull(e);
        }
      }

      @Override
      void giveBack(Path mount) throws IOException {
        Files.delete(mount.resolve("ballast"));
      }
    },
    INODES {
      @Override
      void useUp(Path mount) throws IOException {
        try {
          Path many = Files.createDirectories(mount.resolve("many"));
          for (int i = many.toFile().list().length; true; i++) {
            Files.createFile(many.resolve("file" + i));
          }
        } catch (IOException e) {
          requireFull(e);
        }
      }

      @Override
      void giveBack(Path mount) throws IOException {
        for (int i = 0; i < 90; i++) {
          Files.delete(mount.resolve("many").resolve("file" + i));
        }
      }
    };

    /** Takes all that is left of it. */
    abstract void useUp(Path mount) throws IOException;

    /** Gives back enough for appends. */
    abstract void giveBack(Path mount) throws IOException;

    private static void requireFull(IOException e) throws IOException {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  private enum FileSystem {
    TMPFS {
      @Override
      boolean mount(Path image, Path mount) throws Exception {
        return run(
            "mount", "-t", "tmpfs", "-o", "size=96m,nr_inodes=200", "tmpfs", mount.toString());
      }
    },
    EXT4 {
      @Override
      boolean mount(Path image, Path mount) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
          file.setLength(112 << 20);
        }
        return run("mkfs.ext4", "-q", "-F", "-m", "0", "-N", "200", image.toString())
            && run("mount", "-o", "loop", image.toString(), mount.toString());
      }
    };

    abstract boolean mount(Path image, Path mount) throws Exception;
  }

  @ParameterizedTest
  @CsvSource({
    "TMPFS, BYTES, kill",
    "TMPFS, INODES, kill",
    "EXT4, BYTES, stop",
    "EXT4, INODES, kill",
    "EXT4, BYTES, lose the register",
    "TMPFS, INODES, lose the register",
  })
  void theBrokerStartsAndTopicsCanBeDeleted(FileSystem system, Resource resource, String end)
      throws Exception {
    Path mount = Files.createDirectory(directory.resolve("data"));
    assumeTrue(
        system.mount(directory.resolve("image"), mount),
        "skipped: no file system can be mounted here; run as root");
    try (EndToEndBroker broker =
        EndToEndBroker.start(
            directory,
            "--set",
            "storage.reservedBytes=8MiB",
            // Else a prepared segment of 16 MiB for each partition fills the file system.
            "--set",
            "storage.segmentBytes=4MiB",
            "--set",
            "retention.checkInterval=1s")) {
      fill(broker);
      switch (end) {
        case "kill" -> broker.kill();
        case "stop" -> broker.stop();
        default -> appendAfterACheckpointAndLoseTheRegister(broker, mount);
      }
      resource.useUp(mount);
      broker.start();
      resource.useUp(mount); // the start has deleted files that were not finished
      if (end.startsWith("lose")) {
        assertRetentionNeedsNoSpace(broker);
      }
      readAndFree(broker, resource);
    } finally {
      assertThat(run("umount", mount.toString())).isTrue();
    }
  }

  private static void appendAfterACheckpointAndLoseTheRegister(EndToEndBroker broker, Path mount)
      throws Exception {
    broker.stop();
    broker.start();
    try (MillraceClient client = PatientClient.connect(broker.address());
        Producer producer = client.producer("short").build()) {
      for (int i = 0; i < 20; i++) {
        producer.send(Event.of("key" + i, "v")).get();
      }
    }
    broker.kill();
    Files.delete(mount.resolve("register"));
  }

  /** The checkpoint that retention needs is written over the old one. */
  private static void assertRetentionNeedsNoSpace(EndToEndBroker broker) throws Exception {
    new MillraceCommand(broker)
        .run("topic", "alter", "short", "--set", "retentionBytes=1")
        .orFail();
    await()
        .alias("retention has dropped events")
        .atMost(JavaProcess.LIMIT)
        .until(() -> DROPPED.matcher(broker.get("/metrics").body()).find());
    assertThat(Files.readString(broker.log())).contains("event=register_not_written");
    assertThat(Files.readString(broker.log())).doesNotContain("event=checkpoint_failed");
  }

  private static void fill(EndToEndBroker broker) {
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      for (String topic : List.of("old", "rides", "short")) {
        client.admin().createTopic(topic, TopicSpec.partitions(2));
        send(client, topic);
      }
      client.admin().createTopic("empty", TopicSpec.partitions(1));
    }
  }

  private static void send(MillraceClient client, String topic) {
    try (Producer producer = client.producer(topic).retry(PatientClient.retry()).build()) {
      for (int i = 0; i < EVENTS; i++) {
        producer.send(Event.of("key" + i, VALUE));
      }
      producer.flush();
    }
  }

  private static void readAndFree(EndToEndBroker broker, Resource resource) throws Exception {
    MillraceCommand millrace = new MillraceCommand(broker);
    awaitHealth(broker, "\"diskFull\":true");
    if (resource == Resource.INODES) {
      assertThat(health(broker)).contains("\"usableFiles\":0,");
    }
    assertThat(Files.readString(broker.log()))
        .contains("event=disk_full missing=" + (resource == Resource.INODES ? "files" : "bytes"));
    assertThat(stored(millrace, "old")).isEqualTo(EVENTS);
    assertThat(stored(millrace, "rides")).isEqualTo(EVENTS);
    assertThat(stored(millrace, "empty")).isZero();
    assertThat(health(broker)).contains("\"failedPartitions\":[]");
    assertThat(millrace.run("topic", "create", "another").stderr())
        .contains("DISK_FULL")
        .contains("'millrace topic delete-events'");

    millrace.run("topic", "alter", "short", "--set", "retentionBytes=1").orFail();
    millrace.run("topic", "delete", "old").orFail();

    resource.giveBack(broker.log().resolveSibling("data"));
    awaitHealth(broker, "\"diskFull\":false");
    await()
        .alias("retention has dropped events")
        .atMost(JavaProcess.LIMIT)
        .until(() -> DROPPED.matcher(broker.get("/metrics").body()).find());
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      send(client, "rides");
    }
    broker.stop();
    broker.start();
    assertThat(stored(millrace, "rides")).isEqualTo(2 * EVENTS);
    assertThat(millrace.run("x".getBytes(StandardCharsets.UTF_8), "produce", "empty").exitCode())
        .isZero();
    assertThat(millrace.run("topic", "describe", "old").stderr()).contains("UNKNOWN_TOPIC");
    assertThat(Files.readString(broker.log())).doesNotContain("InternalError");
  }

  private static String health(EndToEndBroker broker) throws Exception {
    return broker.get("/health/ready").body();
  }

  private static void awaitHealth(EndToEndBroker broker, String text) {
    await()
        .alias(text)
        .atMost(JavaProcess.LIMIT)
        .until(() -> health(broker), body -> body.contains(text));
  }

  private static long stored(MillraceCommand millrace, String topic) {
    return millrace
        .run("consume", topic, "--from", "earliest", "--until", "end", "--output", "value")
        .orFail()
        .stdoutLines()
        .size();
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }
}
