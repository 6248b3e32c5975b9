package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCodeTest {

  /** Clients in the field know these numbers: lines are added to the list, never changed. */
  @Test
  void keepsTheNumbersOfTheGoldenList() throws IOException {
    List<String> table =
        Arrays.stream(ErrorCode.values())
            .map(error -> error.code() + " " + error + (error.retriable() ? " retriable" : ""))
            .toList();

    assertThat(table).isEqualTo(goldenList());
  }

  @Test
  void givesEachErrorANumberOfItsOwnInItsRange() {
    assertThat(ErrorCode.values()).extracting(ErrorCode::code).doesNotHaveDuplicates().isSorted();
    assertThat(ErrorCode.values()).allMatch(error -> error.code() >= 0 && error.code() < 900);
  }

  /** A feature that takes its range lists its codes here. */
  @ParameterizedTest
  @CsvSource({"700, 799", "800, 899"})
  void reservedRangesHaveCodesOfTheirFeatureOnly(int first, int last) {
    assertThat(ErrorCode.values())
        .filteredOn(error -> error.code() >= first && error.code() <= last)
        .extracting(ErrorCode::name)
        .isSubsetOf(
            "AUTHENTICATION_REQUIRED",
            "AUTHENTICATION_FAILED",
            "CREDENTIAL_EXPIRED",
            "TLS_REQUIRED",
            "NOT_AUTHORIZED",
            "SOURCE_NOT_ALLOWED",
            "UNKNOWN_USER",
            "USER_EXISTS",
            "UNKNOWN_TOKEN",
            "INVALID_RULE",
            "UNKNOWN_GROUP",
            "INVALID_GROUP_NAME",
            "GROUP_NOT_EMPTY",
            "INCONSISTENT_GROUP",
            "UNKNOWN_MEMBER",
            "STALE_MEMBER",
            "STATIC_NAME_TAKEN",
            "OFFSET_BEHIND",
            "LOCK_LOST",
            "UNKNOWN_QUEUE",
            "QUEUE_EXISTS");
  }

  @Test
  void findsEachErrorByItsNumber() {
    assertThat(ErrorCode.values()).allMatch(error -> ErrorCode.ofCode(error.code()) == error);
  }

  @Test
  void takesANumberItDoesNotKnowForAnInternalError() {
    for (int code : new int[] {Integer.MIN_VALUE, -1, 2, 699, 799, 65_535}) {
      assertThat(ErrorCode.ofCode(code)).as("code %d", code).isEqualTo(ErrorCode.INTERNAL);
    }
  }

  @Test
  void saysWhatEachErrorMeans() {
    assertThat(ErrorCode.values())
        .extracting(ErrorCode::meaning)
        .doesNotHaveDuplicates()
        .allMatch(meaning -> meaning.matches("[a-z].{6,}[^.]"));
  }

  private static List<String> goldenList() throws IOException {
    try (InputStream list = ErrorCodeTest.class.getResourceAsStream("/golden/error-codes.txt")) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
