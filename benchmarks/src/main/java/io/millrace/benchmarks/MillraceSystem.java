package io.millrace.benchmarks;

import io.millrace.benchmarks.groups.MillraceGroups;
import io.millrace.benchmarks.load.LoadTls;
import io.millrace.benchmarks.load.MillraceLoad;
import io.millrace.benchmarks.load.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Millrace, started by its own script, on the JDK that runs this process. */
final class MillraceSystem implements SystemUnderTest {

  private final List<String> launcher;
  private final Jdk jdk = Jdk.running();
  private final int port;
  private final Optional<TlsFiles> tls;

  /**
   * Creates the system, without starting processes.
   *
   * @param launcher the part of the command line before {@code server}
   */
  MillraceSystem(List<String> launcher) throws IOException {
    this(launcher, Optional.empty());
  }

  private MillraceSystem(List<String> launcher, Optional<TlsFiles> tls) throws IOException {
    this.tls = tls;
    this.launcher = List.copyOf(launcher);
    this.port = FreePort.find(1).get(0);
  }

  @Override
  public Optional<OverTls> overTls() {
    return Optional.of(files -> new MillraceSystem(launcher, Optional.of(files)));
  }

  @Override
  public String name() {
    return tls.isPresent() ? "millrace-tls" : "millrace";
  }

  @Override
  public String description() {
    return "Millrace on JDK " + jdk.version() + (tls.isPresent() ? " over TLS" : "");
  }

  @Override
  public BenchmarkBroker start(Path directory, Memory memory) throws IOException {
    Files.createDirectories(directory);
    List<String> command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            "server",
            "--data-dir",
            directory.resolve("data").toString(),
            "--port",
            Integer.toString(port),
            "--http-port",
            "0"));
    tls.ifPresent(
        files ->
            command.addAll(
                List.of(
                    "--set",
                    "tls.certificate=" + files.certificate(),
                    "--set",
                    "tls.key=" + files.key())));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", jdk.home().toString());
    switch (memory) {
      case USUAL -> builder.environment().remove("MILLRACE_HEAP");
      case LEAST -> builder.environment().put("MILLRACE_HEAP", "64m");
    }
    return BenchmarkBroker.start(builder, port, directory.resolve("broker.log"));
  }

  @Override
  public Optional<WorkloadSpec> load(WorkloadSpec wanted) {
    return Optional.of(wanted);
  }

  @Override
  public List<String> loadCommand() {
    return command(MillraceLoad.class);
  }

  /** The command of the load process for groups, without the arguments of {@code GroupsMain}. */
  List<String> groupsCommand() {
    return command(MillraceGroups.class);
  }

  private List<String> command(Class<?> main) {
    List<String> options = new ArrayList<>(LoadProcess.access());
    options.addAll(LoadTls.options(tls.map(TlsFiles::ca)));
    return LoadProcess.command(jdk, options, System.getProperty("java.class.path"), main.getName());
  }
}
