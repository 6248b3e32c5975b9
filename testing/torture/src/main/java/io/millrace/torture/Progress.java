package io.millrace.torture;

/** Where a run says how far it is. Any thread. */
@FunctionalInterface
public interface Progress {

  void tell(String line);
}
