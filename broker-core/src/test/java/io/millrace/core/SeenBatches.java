package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A part of a partition's state that lists the batches it has seen; with their first sources. */
final class SeenBatches implements PartitionState {

  private final Needs needs;

  /** As {@code offset}, or {@code offset:source} where it looks at the records. */
  final List<String> seen = new ArrayList<>();

  /** How many of them a checkpoint held. */
  int restored;

  boolean earlierGone;

  SeenBatches(Needs needs) {
    this.needs = needs;
  }

  @Override
  public int sectionId() {
    return 77;
  }

  @Override
  public Needs needs() {
    return needs;
  }

  @Override
  public void earlierBatchesAreGone() {
    earlierGone = true;
  }

  @Override
  public void apply(ByteBuffer batch, int at) {
    String offset = Long.toString(BatchHeader.baseOffset(batch, at));
    seen.add(needs == Needs.HEADERS ? offset : offset + ":" + firstSource(batch, at));
  }

  private static String firstSource(ByteBuffer batch, int at) {
    BatchReader records = new BatchReader(1 << 20);
    records.open(batch, at);
    records.next();
    return records.source();
  }

  @Override
  public void restore(ByteBuffer section) {
    restored = section.getInt();
    for (int i = 0; i < restored; i++) {
      byte[] text = new byte[section.get()];
      section.get(text);
      seen.add(new String(text, StandardCharsets.US_ASCII));
    }
  }

  @Override
  public int snapshotBytes() {
    return Integer.BYTES + seen.stream().mapToInt(text -> 1 + text.length()).sum();
  }

  @Override
  public void snapshot(ByteBuffer out) {
    out.putInt(seen.size());
    seen.forEach(
        text -> out.put((byte) text.length()).put(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
