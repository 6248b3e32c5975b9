package io.millrace.storage;

/**
 * Makes a storage engine available to the broker. The module of an engine names its provider in
 * {@code META-INF/services/io.millrace.storage.StorageProvider}, where the server finds it. A
 * provider has a public constructor without parameters. Any thread.
 *
 * <p>The server loads all providers, also those whose engines are not in use, because it has to
 * know every setting. A provider therefore does not load the classes of its engine before {@link
 * StorageEngine#open}.
 */
public interface StorageProvider {

  /** The value of the setting {@code storage.engine} that selects this engine. */
  String name();

  /**
   * The section of the configuration that {@link #configure} reads. A new engine uses {@code
   * storage.} and its name.
   */
  String section();

  /**
   * Reads the settings of the engine. It reads every setting in each call, because the broker
   * refuses a setting that nothing reads. Does no disk access.
   *
   * @return immutable, equal by value
   */
  StorageEngine configure(EngineSettings settings);
}
