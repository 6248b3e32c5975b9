package io.millrace.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.status.StatusPage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CostlyPagesTest {

  private final CostlyPages pages = new CostlyPages();
  private final AtomicInteger made = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @AfterEach
  void close() {
    mayEnd.countDown();
    pages.close();
  }

  private StatusPage page() {
    begun.countDown();
    try {
      mayEnd.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return StatusPage.text(200, "page " + made.incrementAndGet());
  }

  @Test
  void requestsThatComeBeforeTheMakingBeginsShareThePage() throws Exception {
    Supplier<StatusPage> page = this::page;
    CompletableFuture<StatusPage> first = pages.make("/a", page);
    begun.await();

    List<CompletableFuture<StatusPage>> later = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      later.add(pages.make("/a", page));
    }
    CompletableFuture<StatusPage> other = pages.make("/b", page);
    mayEnd.countDown();

    StatusPage fresh = later.get(0).get(60, TimeUnit.SECONDS);
    assertThat(first.join()).isNotSameAs(fresh);
    assertThat(later).allMatch(each -> each.join() == fresh);
    assertThat(other.get(60, TimeUnit.SECONDS)).isNotSameAs(fresh);
    assertThat(made).hasValue(3);
  }

  @Test
  void afterTheCloseThereIsAnAnswer() {
    pages.close();

    assertThat(pages.make("/a", this::page).join().status()).isEqualTo(503);
  }
}
