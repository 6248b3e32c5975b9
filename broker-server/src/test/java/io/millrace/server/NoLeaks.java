package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class if Netty finds buffers that were not released. */
final class NoLeaks implements AfterAllCallback {

  private static final int MAX_COLLECTIONS = 20;

  @Override
  public void afterAll(ExtensionContext context) {
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    for (int i = 0; garbage.get() != null && i < MAX_COLLECTIONS; i++) {
      System.gc();
    }
    // The detector checks the collected buffers when the next buffer is allocated.
    ByteBufAllocator.DEFAULT.buffer(1).release();
    assertThat(LeakReports.all()).isEmpty();
  }
}
