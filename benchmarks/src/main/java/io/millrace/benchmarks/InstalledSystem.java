package io.millrace.benchmarks;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A peer whose broker is installed on this machine, and whose client is a published artifact. It
 * takes part in the short scenarios only. These brokers have no partitions, and a cold read is
 * impossible with some of them.
 */
abstract class InstalledSystem implements SystemUnderTest {

  private final PeerModule module;
  private final String title;
  private final String loadClass;
  private final Set<Durability> durabilities;
  private final Jdk jdk;

  /**
   * Creates a system, without starting processes.
   *
   * @param title the name for people
   * @param loadClass the simple name of the main class of the load process
   * @param durabilities the acknowledgement levels that the broker offers
   */
  InstalledSystem(PeerModule module, String title, String loadClass, Set<Durability> durabilities) {
    this.module = module;
    this.title = title;
    this.loadClass = loadClass;
    this.durabilities = Set.copyOf(durabilities);
    this.jdk = module.jdk();
  }

  @Override
  public final String name() {
    return module.name();
  }

  /** The version of the broker. */
  abstract String version();

  @Override
  public final String description() {
    return title + " " + version() + " (client on JDK " + jdk.version() + ")";
  }

  @Override
  public final Optional<WorkloadSpec> load(WorkloadSpec wanted) {
    return switch (wanted.kind()) {
      case PRODUCE, SCHEDULED, ONE_IN_FLIGHT ->
          Optional.of(wanted).filter(w -> w.partitions() == 1 && promises(w.durability()));
      // These systems read stored and synced events in the same way. Stored events are faster to
      // write.
      case CONSUME -> Optional.of(wanted.durability(Durability.STORED));
      case FIRST_EVENT ->
          Optional.of(
              promises(wanted.durability()) ? wanted : wanted.durability(Durability.STORED));
      case PRODUCE_SPREAD,
          PRODUCE_CONNECTIONS,
          CONSUME_CONNECTIONS,
          COLD_READ,
          FILTER_SOURCE,
          FILTER_JSON,
          BESIDE_FILTERS ->
          Optional.empty();
    };
  }

  private boolean promises(Durability durability) {
    return durabilities.contains(durability);
  }

  @Override
  public final List<String> loadCommand() {
    return module.loadCommand(jdk, loadClass, List.of());
  }
}
