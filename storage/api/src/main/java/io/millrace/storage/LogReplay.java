package io.millrace.storage;

import java.nio.ByteBuffer;

/**
 * Receives, while a log is opened, what its owner needs to rebuild state that is derived from the
 * log. Called on one thread at a time, before the opening completes.
 */
public interface LogReplay {

  /**
   * The state handed to the last checkpoint. At most one call, before any batch; none if retention
   * has dropped batches that came after the checkpoint, since the state would then have a gap.
   */
  void restore(byte[] checkpointState);

  /**
   * A batch at or after the checkpoint (all batches of the log where there is none), in order.
   *
   * @param header little-endian; the batch header stands at its position. Valid during the call;
   *     the records behind the header may be missing.
   */
  void replay(ByteBuffer header);
}
