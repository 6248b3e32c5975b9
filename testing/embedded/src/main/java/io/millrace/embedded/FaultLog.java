package io.millrace.embedded;

import io.millrace.storage.ForcedLog;
import io.millrace.storage.ForwardingLog;
import java.nio.ByteBuffer;

/**
 * A log of a {@link FaultStorage}. On a full disk it can still save checkpoints and drop events: an
 * installed broker keeps space for that ({@code storage.reservedBytes}).
 */
final class FaultLog extends ForwardingLog implements ForcedLog {

  private final ForcedLog inner;
  private final Faults faults;
  private final Pause pause;

  FaultLog(ForcedLog inner, Faults faults, Pause pause) {
    super(inner);
    this.inner = inner;
    this.faults = faults;
    this.pause = pause;
  }

  @Override
  public long append(ByteBuffer batch) {
    faults.requireSpace(id());
    return pause.change(() -> super.append(batch));
  }

  @Override
  public long force() {
    faults.delayFsync();
    faults.requireFsync(id());
    return pause.change(inner::force);
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    pause.change(() -> super.checkpoint(offset, state));
  }

  @Override
  public void sealExpired(long minAppendTimeMicros, long maxBytes) {
    pause.change(() -> super.sealExpired(minAppendTimeMicros, maxBytes));
  }

  @Override
  public long deleteBefore(long offset) {
    return pause.change(() -> super.deleteBefore(offset));
  }

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    return pause.change(() -> super.retain(minAppendTimeMicros, maxBytes));
  }

  @Override
  public void close() {
    pause.change(() -> super.close());
  }
}
