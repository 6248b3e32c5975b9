package io.millrace.torture;

/** Receives reports of the progress of a run, on any thread. */
@FunctionalInterface
public interface Progress {

  /** Reports the progress as one line of text. */
  void report(String line);
}
