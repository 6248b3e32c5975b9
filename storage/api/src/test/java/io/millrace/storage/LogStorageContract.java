package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract of every storage engine: all parts of it, each an interface with the tests of one
 * subject. The test of an engine extends {@link ForcedLogContract} or {@link
 * SelfForcingLogContract}. Its states have a suite of their own, {@link StateStoreContract}.
 */
public abstract class LogStorageContract
    implements AppendContract,
        ReadContract,
        SliceContract,
        EventTimeContract,
        RangeContract,
        RetentionContract,
        DeletionContract,
        SettingsContract,
        RecoveryContract,
        OpeningContract,
        FailureContract {

  private EngineFixture fixture;
  private LogStorage storage;
  private PartitionLog log;
  private RecordingListener listener;
  private RecordingListener listenerBefore;

  /** The engine; once for each test. */
  protected abstract EngineFixture newFixture();

  @BeforeEach
  final void openFirst() {
    fixture = newFixture();
    storage = fixture.create();
    open(new Replayed());
  }

  @AfterEach
  final void closeLast() {
    log.close();
    storage.close();
    fixture.close();
    assertThat(listener.outOfOrder())
        .as("calls of the listener that its contract forbids")
        .isEmpty();
  }

  @Override
  public final EngineFixture fixture() {
    return fixture;
  }

  @Override
  public final LogStorage storage() {
    return storage;
  }

  @Override
  public final PartitionLog log() {
    return log;
  }

  @Override
  public final RecordingListener listener() {
    return listener;
  }

  @Override
  public final RecordingListener listenerBefore() {
    return listenerBefore;
  }

  @Override
  public final void use(LogStorage other) {
    storage = other;
    open(new Replayed());
  }

  @Override
  public final void open(LogReplay replay) {
    listenerBefore = listener;
    listener = new RecordingListener();
    log = opened(storage, ID, replay, listener);
  }

  @Override
  public final void restart(LogReplay replay) {
    log.close();
    storage.close();
    storage = fixture.reopen(storage);
    open(replay);
  }
}
