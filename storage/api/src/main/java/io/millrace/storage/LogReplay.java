package io.millrace.storage;

import java.nio.ByteBuffer;

/**
 * Receives what the owner of a log needs to rebuild the state that it derives from the log. The
 * engine calls it while it opens the log, on one thread at a time. If a method throws, the opening
 * fails with that exception or with the same code.
 */
public interface LogReplay {

  /**
   * The state of the last checkpoint. Called at most once, before the first batch. There is no call
   * if there is no checkpoint, or if retention has dropped batches after it: the state would have a
   * gap.
   *
   * @param checkpointState the state, which the receiver owns
   */
  void restore(byte[] checkpointState);

  /**
   * A batch after the checkpoint; if there is no checkpoint, a batch of the log. In offset order.
   *
   * @param header the batch header, from the position on; little-endian. Valid during the call. The
   *     records after the header may be missing
   */
  void replay(ByteBuffer header);
}
