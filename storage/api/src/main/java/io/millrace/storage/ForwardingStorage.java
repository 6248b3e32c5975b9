package io.millrace.storage;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A storage that passes every call to another one. Subclasses override what they change. Any
 * thread.
 */
public class ForwardingStorage implements LogStorage {

  private final LogStorage inner;

  /**
   * @param inner closed with this storage
   */
  public ForwardingStorage(LogStorage inner) {
    this.inner = inner;
  }

  /** The storage that gets the calls. A subclass that exchanges it overrides this method. */
  public LogStorage inner() {
    return inner;
  }

  @Override
  public StateStore states() {
    return inner().states();
  }

  @Override
  public Set<LogId> list() {
    return inner().list();
  }

  @Override
  public Set<LogId> namedOnly() {
    return inner().namedOnly();
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    return inner().open(id, settings, replay, listener);
  }

  @Override
  public List<String> settingNames() {
    return inner().settingNames();
  }

  @Override
  public LogSettings check(LogSettings settings) {
    return inner().check(settings);
  }

  @Override
  public void delete(LogId id) {
    inner().delete(id);
  }

  @Override
  public ResourceNeeds needs() {
    return inner().needs();
  }

  @Override
  public FreeSpace freeSpace() {
    return inner().freeSpace();
  }

  @Override
  public void startVerification() {
    inner().startVerification();
  }

  @Override
  public Verification verification() {
    return inner().verification();
  }

  @Override
  public void close() {
    inner().close();
  }
}
