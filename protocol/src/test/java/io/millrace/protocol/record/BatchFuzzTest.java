package io.millrace.protocol.record;

import com.code_intelligence.jazzer.junit.FuzzTest;

class BatchFuzzTest {

  private final HostileBatch hostile = new HostileBatch();

  /** Every other exception than {@link InvalidBatchException} is a finding. */
  @FuzzTest(maxDuration = "60s")
  void everyBatchIsReadOrRefused(byte[] bytes) {
    hostile.isAccepted(bytes);
  }
}
