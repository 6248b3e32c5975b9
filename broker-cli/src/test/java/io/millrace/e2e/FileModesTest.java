package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the broker's user can read what it writes, whatever the umask is. */
class FileModesTest {

  @TempDir Path directory;

  @Test
  void everythingInTheDataDirectoryIsOnlyForItsOwner() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.startWithUmask("000", directory)) {
      run(broker);
      broker.kill();
      requireModes("rwx------", "rw-------"); // with a segment that was prepared
      broker.start();
      broker.stop();
      requireModes("rwx------", "rw-------"); // with checkpoints and marks
      assertThat(Files.readString(broker.log())).doesNotContain("data_directory_open_to_others");
      Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-x---"));
      broker.start();
      assertThat(Files.readString(broker.log()))
          .contains("event=data_directory_open_to_others")
          .contains("mode=rwxr-x---");
    }
    assertThat(modeOf(data())).isEqualTo("rwxr-x---");
  }

  private static void run(EndToEndBroker broker) {
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      client.admin().createTopic("rides", TopicSpec.partitions(2));
      try (Producer producer = client.producer("rides").retry(PatientClient.retry()).build()) {
        for (int i = 0; i < 30; i++) {
          producer.send(Event.of("key" + i, "x".repeat(100_000)));
        }
        producer.flush();
      }
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  private void requireModes(String directories, String files) throws IOException {
    try (Stream<Path> all = Files.walk(data())) {
      assertThat(all)
          .hasSizeGreaterThan(10)
          .allSatisfy(
              path ->
                  assertThat(modeOf(path))
                      .as(path.toString())
                      .isEqualTo(Files.isDirectory(path) ? directories : files));
    }
  }

  private static String modeOf(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
