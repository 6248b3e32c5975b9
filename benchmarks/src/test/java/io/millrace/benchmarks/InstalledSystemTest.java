package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InstalledSystemTest {

  private final SystemUnderTest unsynced = new Unsynced();

  @Test
  void takesNoPartWithADurabilityThatItDoesNotOffer() {
    List<String> taken =
        Scenario.SHORT.stream()
            .filter(scenario -> unsynced.load(scenario.spec()).isPresent())
            .map(Scenario::name)
            .toList();

    assertThat(taken)
        .containsExactly(
            "produce-100-stored",
            "produce-1024-stored",
            "consume-100",
            "consume-1024",
            "latency-stored",
            "one-in-flight-stored",
            "start");
  }

  @Test
  void getsTheBestDurabilityThatItOffers() {
    assertThat(Scenario.all().flatMap(scenario -> unsynced.load(scenario.spec()).stream()))
        .extracting(WorkloadSpec::durability)
        .containsOnly(Durability.STORED);
  }

  @Test
  void takesNoPartInTheLongScenarios() {
    assertThat(Scenario.LONG).allMatch(scenario -> unsynced.load(scenario.spec()).isEmpty());
  }

  /** A broker that does not fsync. */
  private static final class Unsynced extends InstalledSystem {

    Unsynced() {
      super(new PeerModule(Path.of("unsynced")), "Unsynced", "NoLoad", Set.of(Durability.STORED));
    }

    @Override
    String version() {
      return "1";
    }

    @Override
    public BenchmarkBroker start(Path directory, Memory memory) {
      throw new UnsupportedOperationException("this system cannot be started");
    }
  }
}
