package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The documented table of cases is the one that the code has. */
class RecoveryCaseTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "file-format.md");

  @Test
  void theTableInTheDocumentationIsThisOne() throws IOException {
    assertThat(
            Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| `[A-Z_]{5,}` .*\\| \\w+ \\|")))
        .containsExactlyElementsOf(
            Arrays.stream(RecoveryCase.values()).map(RecoveryCaseTest::row).toList());
  }

  private static String row(RecoveryCase one) {
    return "| `%s` | %s | %s | %s |"
        .formatted(one, one.found(), one.done(), one.outcome().name().toLowerCase(Locale.ROOT));
  }
}
