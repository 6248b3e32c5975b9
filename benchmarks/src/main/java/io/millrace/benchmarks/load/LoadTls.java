package io.millrace.benchmarks.load;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How the load process learns that its broker wants TLS: a system property. */
public final class LoadTls {

  private static final String CA = "millrace.bench.tlsCa";

  private LoadTls() {}

  /** The JVM options of a load process whose broker has a certificate of this authority. */
  public static List<String> options(Optional<Path> ca) {
    return ca.map(path -> List.of("-D" + CA + "=" + path)).orElse(List.of());
  }

  /** The certificate of the authority, in a PEM file; empty: the broker serves without TLS. */
  public static Optional<Path> ca() {
    return Optional.ofNullable(System.getProperty(CA)).map(Path::of);
  }
}
