package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.RecoveryFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The cases have the names that the documentation and the broker give them. */
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

  @Test
  void aCaseThatTheBrokerFindsTooHasTheSameName() {
    assertThat(RecoveryCase.NOTHING_LEFT.name()).isEqualTo(RecoveryFinding.NOTHING_LEFT);
    assertThat(RecoveryCase.LOST_STATE.name()).isEqualTo(RecoveryFinding.LOST_STATE);
  }

  private static String row(RecoveryCase one) {
    return "| `%s` | %s | %s | %s |"
        .formatted(one, one.found(), one.done(), one.outcome().name().toLowerCase(Locale.ROOT));
  }
}
