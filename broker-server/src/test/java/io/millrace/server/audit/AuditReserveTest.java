package io.millrace.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that takes lines while the disk is full. */
class AuditReserveTest {

  private static final int BYTES = 64 * 1024;

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("reserve");
  }

  private static List<String> drain(AuditReserve reserve) throws IOException {
    List<String> lines = new ArrayList<>();
    reserve.drain(lines::add);
    return lines;
  }

  @Test
  void itHasTheseBytes() throws IOException {
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      assertThat(reserve.add("{}")).isTrue();
    }
    assertThat(file()).hasSize(BYTES);
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file()), 0, 24))
        .isEqualTo("4d52415544495401" + "02000000" + "aad07b29" + "7b7d" + "00000000" + "0000");
  }

  @Test
  void linesStayUntilTheyAreDrained() throws IOException {
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      reserve.add("one");
      reserve.add("zwölf");
    }
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      assertThat(reserve.usedBytes()).isPositive();
      reserve.add("three");
      assertThat(drain(reserve)).containsExactly("one", "zwölf", "three");
      assertThat(reserve.isEmpty()).isTrue();
      reserve.add("4");
    }
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      assertThat(drain(reserve)).containsExactly("4");
    }
  }

  @Test
  void aFullFileTakesNoMore() throws IOException {
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      int added = 0;
      while (reserve.add("x".repeat(1000))) {
        added++;
      }
      assertThat(added).isEqualTo((BYTES - 8 - 4) / 1008);
      assertThat(file()).hasSize(BYTES);
      assertThat(drain(reserve)).hasSize(added);
      assertThat(reserve.add("again")).isTrue();
    }
  }

  @Test
  void aTornEntryAndWhatFollowsIsIgnored() throws IOException {
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      reserve.add("whole");
      reserve.add("torn");
    }
    byte[] bytes = Files.readAllBytes(file());
    bytes[8 + 8 + 5 + 8]++; // the first character of the second line
    Files.write(file(), bytes);
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      assertThat(drain(reserve)).containsExactly("whole");
    }
  }

  @Test
  void anotherFileIsReplaced() throws IOException {
    Files.write(file(), "something else".getBytes());
    try (AuditReserve reserve = AuditReserve.open(file(), BYTES)) {
      assertThat(reserve.isEmpty()).isTrue();
    }
    assertThat(file()).hasSize(BYTES);
  }

  @Test
  void itTakesLinesOnADiskWithoutSpace() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()) == 0,
        "skipped: no file system can be mounted here; run as root");
    try (AuditReserve reserve = AuditReserve.open(mount.resolve("reserve"), BYTES)) {
      assertThatThrownBy(() -> Files.write(mount.resolve("fill"), new byte[2 << 20]))
          .isInstanceOf(IOException.class);
      int added = 0;
      while (reserve.add("x".repeat(1000))) {
        added++;
      }
      assertThat(added).isEqualTo((BYTES - 8 - 4) / 1008);
      assertThat(drain(reserve)).hasSize(added);
    } finally {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
