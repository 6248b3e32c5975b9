package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostResolverTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  private final DefaultEventLoop eventLoop = new DefaultEventLoop();
  private final CountDownLatch nameServer = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    nameServer.countDown();
    eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** A name service that answers when the test lets it. */
  private List<InetAddress> find(String host) throws UnknownHostException {
    asked.incrementAndGet();
    try {
      nameServer.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (host.startsWith("broken-")) {
      throw new NoClassDefFoundError("io/millrace/Lookup");
    }
    if (host.startsWith("no-")) {
      throw new UnknownHostException(host);
    }
    return List.of(
        InetAddress.getByAddress(host, new byte[] {10, 0, 0, 1}),
        InetAddress.getByAddress(host, new byte[] {10, 0, 0, 2}));
  }

  private HostResolver lookup(Duration timeout) {
    return new HostResolver(eventLoop, this::find, timeout, Thread::new);
  }

  private Future<List<InetAddress>> resolve(HostResolver lookup, String host) {
    return eventLoop.submit(() -> lookup.resolve(host)).syncUninterruptibly().getNow();
  }

  private static Future<List<InetAddress>> ended(Future<List<InetAddress>> found) {
    assertThat(found.awaitUninterruptibly(LONG.toMillis())).as("an answer").isTrue();
    return found;
  }

  @Test
  void lookupDoesNotBlockTheEventLoopAndServesAllCalls() {
    HostResolver lookup = lookup(LONG);
    Future<List<InetAddress>> first = resolve(lookup, "broker");
    Future<List<InetAddress>> second = resolve(lookup, "broker");
    assertThat(first.isDone()).isFalse();
    nameServer.countDown();
    assertThat(ended(first).getNow())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(ended(second).getNow()).isEqualTo(ended(first).getNow());
    assertThat(asked).hasValue(1);
  }

  @Test
  void eachLaterCallStartsANewLookup() {
    nameServer.countDown();
    HostResolver lookup = lookup(LONG);
    assertThat(ended(resolve(lookup, "broker")).isSuccess()).isTrue();
    assertThat(ended(resolve(lookup, "broker")).isSuccess()).isTrue();
    assertThat(asked).hasValue(2);
  }

  @Test
  void unknownNameIsReported() {
    nameServer.countDown();
    assertThat(ended(resolve(lookup(LONG), "no-such-host")).cause())
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("no-such-host");
  }

  @Test
  void failureOfTheLookupIsReportedAndTheNextCallLooksUpAgain() {
    nameServer.countDown();
    HostResolver lookup = lookup(LONG);
    for (int i = 1; i <= 2; i++) {
      assertThat(ended(resolve(lookup, "broken-host")).cause())
          .hasMessageContaining("broken-host")
          .hasMessageContaining("NoClassDefFoundError: io/millrace/Lookup");
      assertThat(asked).hasValue(i);
    }
    assertThat(ended(resolve(lookup, "broker")).isSuccess()).isTrue();
  }

  @Test
  void lookupWithoutAThreadFailsAndTheNextCallLooksUpAgain() {
    nameServer.countDown();
    AtomicInteger threads = new AtomicInteger();
    HostResolver lookup =
        new HostResolver(
            eventLoop,
            this::find,
            LONG,
            task -> threads.incrementAndGet() == 1 ? new UnstartableThread() : new Thread(task));
    assertThat(ended(resolve(lookup, "broker")).cause())
        .hasMessageContaining("broker")
        .hasMessageContaining("unable to create native thread");
    assertThat(ended(resolve(lookup, "broker")).isSuccess()).isTrue();
    assertThat(asked).hasValue(1);
  }

  /** A thread for which the system has no memory. */
  private static final class UnstartableThread extends Thread {

    @Override
    public void start() {
      throw new OutOfMemoryError("unable to create native thread");
    }
  }

  @Test
  void lookupEndsAtTheTimeout() {
    HostResolver lookup = lookup(Duration.ofMillis(20));
    for (int i = 0; i < 3; i++) {
      assertThat(ended(resolve(lookup, "broker")).cause())
          .isInstanceOf(UnknownHostException.class)
          .hasMessage("the name service did not find broker within 20ms");
    }
    assertThat(asked).hasValueLessThan(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1%1"})
  void addressIsNotLookedUp(String address) throws Exception {
    Future<List<InetAddress>> found = resolve(lookup(LONG), address);
    assertThat(found.getNow()).containsExactly(InetAddress.getByName(address));
    assertThat(asked).hasValue(0);
  }
}
