package io.millrace.protocol.record;

import com.code_intelligence.jazzer.junit.FuzzTest;

class BatchFuzzTest {

  private final HostileBatch hostile = new HostileBatch();

  /** Anything but an {@link InvalidBatchException} that escapes is a finding. */
  @FuzzTest(maxDuration = "60s")
  void everyBatchIsReadOrRefused(byte[] bytes) {
    hostile.isAccepted(bytes);
  }
}
