package io.millrace.embedded;

import io.millrace.storage.StorageEngine;
import java.nio.file.Path;

/** Where the events of an embedded broker are while it is stopped. One thread at a time. */
interface Medium extends AutoCloseable {

  /** The name of the engine, as in the setting {@code storage.engine}. */
  String engineName();

  /** The data directory of the broker. */
  Path directory();

  /**
   * The engine of the next start.
   *
   * @param configured the engine as the settings configure it
   */
  StorageEngine engine(StorageEngine configured, Faults faults);

  /**
   * Keeps what a crash leaves, at this moment, of the storage that is open. What is written after
   * this call is lost.
   *
   * @param synced whether only what was fsynced is left
   */
  void crash(boolean synced);

  /** The broker is stopped: the next start finds what it has left, or what the crash has left. */
  void stopped();

  /** Deletes what is to be deleted. The broker is stopped. */
  @Override
  void close();
}
