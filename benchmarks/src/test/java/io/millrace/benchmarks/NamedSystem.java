package io.millrace.benchmarks;

import io.millrace.benchmarks.load.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A system that has a name and cannot be started. */
record NamedSystem(String name) implements SystemUnderTest {

  @Override
  public String description() {
    return name;
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory) {
    throw new UnsupportedOperationException("this system has a name only");
  }

  @Override
  public Optional<WorkloadSpec> load(WorkloadSpec wanted) {
    throw new UnsupportedOperationException("this system has a name only");
  }

  @Override
  public List<String> loadCommand() {
    throw new UnsupportedOperationException("this system has a name only");
  }
}
