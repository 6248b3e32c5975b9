package io.millrace.cli.torture;

/** Where a run says how far it is. Any thread. */
@FunctionalInterface
interface Progress {

  void tell(String line);
}
