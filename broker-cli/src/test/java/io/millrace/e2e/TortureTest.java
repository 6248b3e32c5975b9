package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * A short torture run of the real broker, with a new seed each time. Longer runs are started by
 * hand.
 */
class TortureTest {

  private static final int KILLS = 3;

  @Test
  void noGuaranteeIsBrokenOverSomeKills() throws Exception {
    String seed = String.valueOf(ThreadLocalRandom.current().nextInt(1_000_000));
    CommandResult result =
        JavaProcess.run(
            List.of(
                "bench",
                "torture",
                "--duration=6s",
                "--rate=8000",
                "--kills=" + KILLS,
                "--seed=" + seed,
                "--output=json"));

    JsonNode report = new ObjectMapper().readTree(result.orFail().stdout());
    String context = "seed " + seed + ": " + result.stdoutText();
    assertThat(report.get("anomalies")).as(context).isEmpty();
    assertThat(report.get("kills").asInt()).as(context).isBetween(1, KILLS);
    assertThat(report.get("ackedSynced").asLong()).as(context).isPositive();
    assertThat(report.get("ackedStored").asLong()).as(context).isPositive();
    assertThat(report.get("read").asLong()).as(context).isGreaterThan(report.get("left").asLong());
  }

  @Test
  void aSettingThatTheBrokerRefusesIsAUsageError() {
    CommandResult result =
        JavaProcess.run(
            List.of("bench", "torture", "--duration=1s", "--set=storage.flushIntervall=1s"));

    assertThat(result.stderr())
        .contains("the broker ended with exit code 2 while it started")
        .contains("unknown setting 'storage.flushIntervall'; did you mean 'storage.flushInterval'?")
        .contains("See 'millrace bench torture --help'.");
    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(2);
    assertThat(result.stdoutText()).isEmpty();
  }
}
