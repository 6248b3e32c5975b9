package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a log handed to its owner while it was opened. One thread at a time. */
public final class Replayed implements LogReplay {

  public byte[] state;
  public final List<Long> baseOffsets = new ArrayList<>();

  @Override
  public void restore(byte[] checkpointState) {
    assertThat(state).as("restored once").isNull();
    assertThat(baseOffsets).as("restored before any batch").isEmpty();
    state = checkpointState;
  }

  @Override
  public void replay(ByteBuffer header) {
    baseOffsets.add(BatchHeader.baseOffset(header, header.position()));
  }
}
