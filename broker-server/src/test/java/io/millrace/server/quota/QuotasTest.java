package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget;
import io.millrace.core.MemoryBudget.Use;
import io.millrace.core.MemoryShare;
import io.millrace.server.settings.QuotaSettings;
import io.millrace.server.settings.QuotaSettings.Entry;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class QuotasTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Its share for quotas is 100,000 bytes. */
  private static final long HEAP_BYTES = 10_000_000;

  private final AtomicLong now = new AtomicLong(-5 * SECOND);
  private final MemoryShare memory = new MemoryBudget(HEAP_BYTES, HEAP_BYTES).share(Use.QUOTAS);

  private static Entry entry(String pattern, long produce) {
    return new Entry(pattern, OptionalLong.of(produce), OptionalLong.empty());
  }

  private Quotas quotas(Entry... mostSpecificFirst) {
    return Quotas.of(new QuotaSettings(List.of(mostSpecificFirst), List.of()), memory, now::get);
  }

  private static QuotaSubject client(String name) {
    return new QuotaSubject(QuotaKind.CLIENT, name);
  }

  private static long produceRate(Quotas quotas, String name) {
    return quotas
        .account(client(name))
        .flatMap(QuotaAccount::produce)
        .map(ByteRate::bytesPerSecond)
        .orElse(0L);
  }

  @Test
  void theMostSpecificEntryThatSetsARateCounts() {
    Quotas quotas =
        quotas(
            entry("billing", 4000),
            new Entry("billing-eu*", OptionalLong.empty(), OptionalLong.of(5000)),
            entry("billing*", 3000),
            entry("free", 0),
            entry("*", 1000));
    assertThat(produceRate(quotas, "billing")).isEqualTo(4000);
    assertThat(produceRate(quotas, "billing-us")).isEqualTo(3000);
    assertThat(produceRate(quotas, "billing-eu-1")).isEqualTo(3000);
    assertThat(quotas.account(client("billing-eu-1")).orElseThrow().read().orElseThrow())
        .returns(5000L, ByteRate::bytesPerSecond);
    assertThat(produceRate(quotas, "else")).isEqualTo(1000);
    assertThat(quotas.account(client("free"))).isEmpty();
  }

  @Test
  void kindsHaveAccountsOfTheirOwn() {
    Quotas quotas =
        Quotas.of(
            new QuotaSettings(List.of(entry("a", 1000)), List.of(entry("a", 2000))),
            memory,
            now::get);
    assertThat(produceRate(quotas, "a")).isEqualTo(1000);
    assertThat(quotas.account(new QuotaSubject(QuotaKind.SOURCE, "a")).orElseThrow().produce())
        .map(ByteRate::bytesPerSecond)
        .contains(2000L);
    assertThat(quotas.limitsSources()).isTrue();
    assertThat(quotas.limitedSources()).contains(List.of("a"));
    assertThat(quotas(entry("*", 1000)).limitsSources()).isFalse();
  }

  @Test
  void aNameHasOneAccount() {
    Quotas quotas = quotas(entry("*", 1000));
    assertThat(quotas.join(client("a"))).isEqualTo(quotas.join(client("a"))).isPresent();
  }

  @Test
  void aFloodOfNamesTakesNoMoreThanItsMemoryAndSharesOneAccount() {
    Quotas quotas = quotas(entry("known", 9000), entry("*", 1000));
    QuotaAccount connected = quotas.join(client("connected")).orElseThrow();
    QuotaAccount indebted = quotas.account(client("indebted")).orElseThrow();
    indebted.produce().orElseThrow().charge(2000, now.get());

    Set<QuotaAccount> flood =
        java.util.stream.IntStream.range(0, 10_000)
            .mapToObj(i -> quotas.account(client("forged-" + i)).orElseThrow())
            .peek(account -> account.produce().orElseThrow().charge(1, now.get()))
            .collect(Collectors.toSet());

    assertThat(memory.used()).as("half of it is for answers").isBetween(40_000L, 51_000L);
    assertThat(flood).hasSizeBetween(80, 150);
    assertThat(quotas.accounts()).hasSizeLessThan(300);
    QuotaAccount others = quotas.account(client("one more")).orElseThrow();
    assertThat(others.subject().name()).startsWith("(others, produce 1000B/s");
    assertThat(others.produce().orElseThrow().bytes()).isGreaterThan(9000);
    assertThat(quotas.account(client("connected"))).containsSame(connected);
    assertThat(quotas.account(client("indebted"))).containsSame(indebted);
    assertThat(produceRate(quotas, "known")).isEqualTo(9000);
  }

  @Test
  void aNewNameTakesThePlaceOfOneThatNobodyUsesAndThatOwesNothing() {
    Quotas quotas = quotas(entry("*", 1000));
    QuotaAccount connected = quotas.join(client("connected")).orElseThrow();
    QuotaAccount left = quotas.join(client("left")).orElseThrow();
    for (int i = 0; i < 10_000; i++) {
      quotas
          .account(client("forged-" + i))
          .orElseThrow()
          .produce()
          .orElseThrow()
          .charge(1, now.get());
    }
    quotas.leave(left);
    now.addAndGet(2 * SECOND);

    for (int i = 0; i < 1_000; i++) {
      QuotaAccount late = quotas.account(client("late-" + i)).orElseThrow();
      assertThat(late.subject().name()).isEqualTo("late-" + i);
    }
    assertThat(memory.used()).isLessThanOrEqualTo(memory.limit());
    assertThat(quotas.account(client("connected"))).containsSame(connected);
    assertThat(quotas.accounts()).doesNotContain(left);
  }
}
