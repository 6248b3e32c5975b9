package io.millrace.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.millrace.server.quota.ByteRate;
import io.millrace.server.quota.QuotaAccount;
import io.millrace.server.quota.Quotas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The meters of the subjects that have a quota. They are updated before each scrape. Clients choose
 * names, so only the subjects that were delayed longest have meters. Any thread.
 */
final class QuotaMeters {

  private static final double NANOS_PER_SECOND = 1e9;

  private final MeterRegistry registry;
  private final Quotas quotas;
  private final int maxSubjects;
  private final Map<QuotaAccount, List<Meter>> meters = new IdentityHashMap<>();
  private int subjectsWithoutMeters;

  /**
   * @param maxSubjects number of subjects that have meters; the others are only counted
   */
  QuotaMeters(MeterRegistry registry, Quotas quotas, int maxSubjects) {
    this.registry = registry;
    this.quotas = quotas;
    this.maxSubjects = maxSubjects;
    Gauge.builder(
            "millrace.quota.subjects.without.metrics", this, each -> each.subjectsWithoutMeters)
        .description(
            "Clients and sources with a quota that have no metrics, because "
                + maxSubjects
                + " that were delayed longer have metrics")
        .register(registry);
  }

  synchronized void refresh() {
    List<QuotaAccount> all = quotas.accounts();
    List<QuotaAccount> shown =
        all.stream()
            .sorted(Comparator.comparingLong(QuotaMeters::delayedNanos).reversed())
            .limit(maxSubjects)
            .toList();
    subjectsWithoutMeters = all.size() - shown.size();
    Set<QuotaAccount> present = new HashSet<>(shown);
    List.copyOf(meters.keySet()).stream()
        .filter(account -> !present.contains(account))
        .forEach(account -> meters.remove(account).forEach(registry::remove));
    shown.forEach(account -> meters.computeIfAbsent(account, this::add));
  }

  private static long delayedNanos(QuotaAccount account) {
    return account.produce().map(ByteRate::delayedNanos).orElse(0L)
        + account.read().map(ByteRate::delayedNanos).orElse(0L);
  }

  private List<Meter> add(QuotaAccount account) {
    List<Meter> added = new ArrayList<>();
    Tags tags = Tags.of("kind", account.subject().kind().text(), "name", account.subject().name());
    account.produce().ifPresent(rate -> add(added, rate, tags.and("direction", "produce")));
    account.read().ifPresent(rate -> add(added, rate, tags.and("direction", "read")));
    return added;
  }

  private void add(List<Meter> added, ByteRate rate, Tags tags) {
    added.add(
        FunctionCounter.builder("millrace.quota.bytes", rate, CounterValue.of(ByteRate::bytes))
            .description("Bytes that a client or source with a quota has used")
            .tags(tags)
            .register(registry));
    added.add(
        FunctionCounter.builder(
                "millrace.quota.throttled.seconds",
                rate,
                CounterValue.of(each -> each.delayedNanos() / NANOS_PER_SECOND))
            .description("Time for which a quota has delayed a client or source")
            .tags(tags)
            .register(registry));
    added.add(
        Gauge.builder("millrace.quota.bytes.per.second", rate, ByteRate::bytesPerSecond)
            .description("The quota of a client or source")
            .tags(tags)
            .register(registry));
  }
}
