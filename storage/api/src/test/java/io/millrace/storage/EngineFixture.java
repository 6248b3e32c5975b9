package io.millrace.storage;

/** What the contract suite needs from the tests of an engine. One for each test; one thread. */
public interface EngineFixture extends AutoCloseable {

  /** The settings of the logs. */
  ContractSettings settings();

  /** A new, empty storage. */
  LogStorage create();

  /** The storage of the next broker, after this one was closed. */
  LogStorage reopen(LogStorage closed);

  /**
   * The storage of the next broker, after the process of this one died while it used the storage.
   */
  LogStorage afterKill(LogStorage running);

  /** Waits until everything that was appended to a log of this storage is durable. */
  void makeDurable(LogStorage storage, PartitionLog log, RecordingListener listener);

  /** Ends the threads of the fixture, after its storages are closed. */
  @Override
  void close();
}
