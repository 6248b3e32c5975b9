package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A short torture run of a group, with a new seed each time. Only in {@code scripts/integration
 * groups}, which has longer runs too.
 */
@EnabledIfSystemProperty(named = "millrace.group.torture", matches = "true")
class GroupTortureTest {

  @Test
  void membersThatAreKilledAndSuspendedSkipNoEvent() throws Exception {
    String seed = String.valueOf(ThreadLocalRandom.current().nextInt(1_000_000));
    CommandResult result =
        JavaProcess.run(
            List.of(
                "bench",
                "torture-groups",
                "--duration=8s",
                "--rate=1000",
                "--members=3",
                "--session=500ms",
                "--seed=" + seed,
                "--output=json"));

    JsonNode report = new ObjectMapper().readTree(result.orFail().stdout());
    String context = "seed " + seed + ": " + result.stdoutText();
    assertThat(report.get("anomalies")).as(context).isEmpty();
    assertThat(report.get("acked").asLong()).as(context).isPositive();
    assertThat(report.get("processed")).as(context).isEqualTo(report.get("acked"));
    assertThat(report.get("samples").asLong()).as(context).isPositive();
  }
}
