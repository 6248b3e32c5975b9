package io.millrace.cli;

import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}: the version in the jar's manifest, and that of the JVM. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"millrace " + current(), "Java " + Runtime.version()};
  }

  static String current() {
    String version = Millrace.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }
}
