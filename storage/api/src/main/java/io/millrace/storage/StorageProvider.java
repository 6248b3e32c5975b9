package io.millrace.storage;

/**
 * A storage engine that a broker can be configured to use. A module that has one names its provider
 * in {@code META-INF/services/io.millrace.storage.StorageProvider}; the server finds it there and
 * needs no change. Needs a public constructor without parameters. Any thread.
 *
 * <p>A provider is loaded whether its engine is in use or not, because the broker has to know every
 * setting. It loads the classes of its engine in {@link StorageEngine#open}.
 */
public interface StorageProvider {

  /** The value of the setting {@code storage.engine} that selects this engine. */
  String name();

  /**
   * The section of the configuration that {@link #configure} reads: {@code storage.} and the name.
   * The settings of the mapped engine are older than this rule, and are in {@code storage}.
   */
  String section();

  /**
   * Reads the settings of the engine. Reads every setting each time, because the broker refuses a
   * setting that no part of it reads. Touches no disk.
   *
   * @return immutable, equal by value
   */
  StorageEngine configure(EngineSettings settings);
}
