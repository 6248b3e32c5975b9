package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.status.RecoveryPage;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The recovery report of a start; {@link DamageTest} has that of a damaged log. */
@ExtendWith(NoLeaks.class)
class RecoveryPageTest {

  @Test
  void whilePartitionsAreBeingOpenedThereIsNothingToTell() {
    assertThat(new RecoveryPage().page().status()).isEqualTo(503);
  }

  @Test
  void aFirstStartHasFoundNothing() {
    try (MillraceServer server = TestServers.start(Map.of())) {
      HttpResponse<String> page = Metrics.get(server, "/recovery");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body())
          .isEqualToIgnoringNewLines(
              "{\"verification\":{\"verifiedBytes\":0,\"unverifiedBytes\":0},"
                  + "\"partitions\":[],\"partitionsTotal\":0,\"problems\":[]}");
    }
  }
}
