package io.millrace.benchmarks;

import io.millrace.benchmarks.load.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A system that is only written about. */
record NamedSystem(String name) implements SystemUnderTest {

  @Override
  public String description() {
    return name;
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory) {
    throw new UnsupportedOperationException("only written about");
  }

  @Override
  public Optional<WorkloadSpec> load(WorkloadSpec wanted) {
    throw new UnsupportedOperationException("only written about");
  }

  @Override
  public List<String> loadCommand() {
    throw new UnsupportedOperationException("only written about");
  }
}
