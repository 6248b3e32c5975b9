package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real broker, from the class path of the tests. */
public final class BrokerUnderTest implements AutoCloseable {

  private final BenchmarkBroker process;

  private BrokerUnderTest(BenchmarkBroker process) {
    this.process = process;
  }

  /** Starts a broker on an empty directory. */
  public static BrokerUnderTest start(Path directory) throws IOException, InterruptedException {
    BenchmarkBroker process = millrace().start(directory, SystemUnderTest.Memory.USUAL);
    process.awaitListening();
    return new BrokerUnderTest(process);
  }

  static SystemUnderTest millrace() throws IOException {
    List<String> launcher = new ArrayList<>();
    launcher.add(Jdk.running().java().toString());
    launcher.addAll(LoadProcess.access());
    launcher.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    launcher.addAll(List.of("-cp", System.getProperty("java.class.path")));
    launcher.add("io.millrace.cli.Millrace");
    return new MillraceSystem(launcher);
  }

  public String address() {
    return process.address();
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
