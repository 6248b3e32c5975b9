package io.millrace.storage;

import java.util.function.Consumer;

/** A {@link FencingLog} that its caller forces. */
final class FencingForcedLog extends FencingLog implements ForcedLog {

  private final ForcedLog inner;

  FencingForcedLog(ForcedLog inner, GuardedListener listener, Consumer<LogId> onClose) {
    super(inner, listener, onClose);
    this.inner = inner;
  }

  @Override
  public long force() {
    requireNotFenced();
    return inner.force();
  }
}
