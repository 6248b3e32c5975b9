package io.millrace.benchmarks;

import io.millrace.benchmarks.load.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A system that is measured: how its broker and its load process are started. */
interface SystemUnderTest {

  /** Short and in small letters, for results and file names. */
  String name();

  /** Name, version and JDK, for people. */
  String description();

  /**
   * Starts the broker over a directory, which it makes ready first where that is empty. Its address
   * is the same each time.
   */
  BenchmarkBroker start(Path directory, Memory memory) throws IOException, InterruptedException;

  /**
   * What the load process does where a scenario wants this: that, or the nearest to it that the
   * system can do and that can still be compared; nothing if there is nothing such.
   */
  Optional<WorkloadSpec> load(WorkloadSpec wanted);

  /** The command of the load process, without the arguments that {@code LoadMain} takes. */
  List<String> loadCommand();

  /** How much heap a broker gets. */
  enum Memory {
    /** What its own start script gives it. */
    USUAL,
    /** The least that it is said to run with, for the measurement of an idle broker. */
    LEAST
  }
}
