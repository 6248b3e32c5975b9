package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A system that is measured: how its broker and its load process are started. */
interface Contestant {

  /** Short and in small letters, for results and file names. */
  String name();

  /** Name, version and JDK, for people. */
  String description();

  /**
   * Starts the broker over a directory, which it makes ready first where that is empty. Its address
   * is the same each time.
   */
  BrokerProcess start(Path directory, Memory memory) throws IOException, InterruptedException;

  /** The command of the load process, without the arguments that {@code LoadMain} takes. */
  List<String> loadCommand();

  /** How much heap a broker gets. */
  enum Memory {
    /** What its own start script gives it. */
    USUAL,
    /** The least that it is said to run with, for the measurement of an idle broker. */
    LEAST
  }
}
