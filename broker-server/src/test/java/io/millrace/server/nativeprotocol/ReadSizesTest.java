package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.RecvByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReadSizesTest {

  private int connections = 1;

  @Test
  void oneReadOfEveryConnectionFitsIntoTheirMemory() {
    var handle =
        (RecvByteBufAllocator.ExtendedHandle)
            new ReadSizes(1 << 20, () -> connections, ReadSizes.MAX_BYTES).newHandle();
    for (int i = 0; i < 100; i++) {
      handle.attemptedBytesRead(handle.guess());
      handle.lastBytesRead(handle.guess());
    }
    assertThat(handle.guess()).isEqualTo(512 * 1024);

    connections = 16;
    assertThat(handle.guess()).isEqualTo(64 * 1024);
    connections = 1_000_000;
    assertThat(handle.guess()).isEqualTo(4096);
  }
}
