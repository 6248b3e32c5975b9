package io.millrace.benchmarks;

import io.millrace.benchmarks.load.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A system that is measured: how to start its broker and its load process. */
interface SystemUnderTest {

  /** A short name in lower case, for results and file names. */
  String name();

  /** The name, the version and the JDK, for people. */
  String description();

  /**
   * Starts the broker on a directory, and prepares the directory first if it is empty. The address
   * of the broker is the same each time.
   */
  BenchmarkBroker start(Path directory, Memory memory) throws IOException, InterruptedException;

  /**
   * The workload of the load process if a scenario wants {@code wanted}. It is {@code wanted}, or
   * the nearest workload that the system supports and that is comparable; empty if there is none.
   */
  Optional<WorkloadSpec> load(WorkloadSpec wanted);

  /** The command of the load process, without the arguments of {@code LoadMain}. */
  List<String> loadCommand();

  /** Makes the same system with TLS; empty if it is not measured over TLS. */
  default Optional<OverTls> overTls() {
    return Optional.empty();
  }

  /** Makes a system whose clients use TLS. */
  @FunctionalInterface
  interface OverTls {

    /** A system of its own, with ports of its own. */
    SystemUnderTest with(TlsFiles files) throws IOException;
  }

  /** The heap size of a broker. */
  enum Memory {
    /** The size in the start script of the system. */
    USUAL,
    /** The smallest size that the system documents, for the measurement of an idle broker. */
    LEAST
  }
}
