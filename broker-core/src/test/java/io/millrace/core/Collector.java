package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A subscriber that keeps its batches; reading them fails if a delivery was wrong. */
final class Collector implements SubscriptionSink {

  private final BatchReader reader = new BatchReader(1 << 24);
  private final List<Delivery> deliveries = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private boolean writable = true;
  private boolean broken;
  private BrokerException end;
  private Runnable onDelivery = () -> {};
  private Runnable onEnd = () -> {};

  /** The first error, kept here because the broker catches it. */
  private AssertionError defect;

  record Delivery(int batches, int bytes, long nextOffset, long visibleEnd) {}

  @Override
  public boolean isOverQuota() {
    return false;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  void writable(boolean writable) {
    this.writable = writable;
  }

  /** Run whenever something has been delivered. */
  void onDelivery(Runnable task) {
    onDelivery = task;
  }

  /** Run when the subscription has been ended. */
  void onEnd(Runnable task) {
    onEnd = task;
  }

  private AssertionError defect(String what) {
    defect = new AssertionError(what);
    return defect;
  }

  private void requireNoDefect() {
    if (defect != null) {
      throw defect;
    }
  }

  void breakDown() {
    broken = true;
  }

  @Override
  public void deliver(
      List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd) {
    if (end != null) {
      throw defect("delivered after the end");
    }
    if (broken) {
      close(lease);
      throw new IllegalStateException("the sink is broken, says the test");
    }
    int count = 0;
    int bytes = 0;
    for (ByteBuffer run : batches) {
      bytes += run.remaining();
      for (int at = run.position(); at < run.limit(); at += BatchHeader.length(run, at)) {
        count++;
        read(run, at);
      }
    }
    deliveries.add(new Delivery(count, bytes, nextOffset, visibleEnd));
    close(lease);
    onDelivery.run();
  }

  private void close(AutoCloseable lease) {
    try {
      lease.close();
    } catch (Exception e) {
      throw defect("closing the lease failed: " + e);
    }
  }

  private void read(ByteBuffer run, int at) {
    reader.open(run, at);
    while (reader.next()) {
      offsets.add(reader.offset());
      values.add(new String(reader.value(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public void ended(BrokerException cause) {
    if (end != null) {
      throw defect("ended twice");
    }
    end = cause;
    onEnd.run();
  }

  List<Delivery> deliveries() {
    requireNoDefect();
    return deliveries;
  }

  Delivery lastDelivery() {
    return deliveries().get(deliveries.size() - 1);
  }

  int bytes() {
    return deliveries.stream().mapToInt(Delivery::bytes).sum();
  }

  List<Long> offsets() {
    requireNoDefect();
    return offsets;
  }

  List<String> values() {
    requireNoDefect();
    return values;
  }

  BrokerException end() {
    requireNoDefect();
    return end;
  }
}
