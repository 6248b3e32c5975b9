package io.millrace.server.quota;

import io.millrace.core.MemoryShare;
import io.millrace.protocol.ByteSize;
import io.millrace.server.settings.QuotaSettings;
import io.millrace.server.settings.QuotaSettings.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The accounts of all subjects that have a quota. Any thread.
 *
 * <p>Clients choose their names and those of sources, so the memory for accounts is limited. A new
 * name takes the place of one that nobody uses and that has its whole burst again. If there is
 * none, the names without a place share one account for each pair of rates. Names in the
 * configuration always have an account.
 */
public final class Quotas {

  /** The accounts that are looked at to find a place for a new one. */
  private static final int LOOKS = 8;

  private final QuotaSettings settings;
  private final MemoryShare memory;
  private final LongSupplier nanoTime;
  private final Map<QuotaSubject, QuotaAccount> accounts = new ConcurrentHashMap<>();

  /** The accounts that can lose their place; guarded by this. */
  private final Queue<QuotaAccount> removable = new ArrayDeque<>();

  /** The memory of the accounts that can lose their place; guarded by this. */
  private long removableBytes;

  /** By kind and rates; guarded by this. */
  private final Map<OthersKey, QuotaAccount> others = new HashMap<>();

  private record OthersKey(QuotaKind kind, QuotaRates rates) {}

  private Quotas(QuotaSettings settings, MemoryShare memory, LongSupplier nanoTime) {
    this.settings = settings;
    this.memory = memory;
    this.nanoTime = nanoTime;
    addNamed(QuotaKind.CLIENT, settings.clients());
    addNamed(QuotaKind.SOURCE, settings.sources());
  }

  /**
   * The accounts for these settings.
   *
   * @param memory what accounts, and the answers that quotas hold back, may take
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public static Quotas of(QuotaSettings settings, MemoryShare memory, LongSupplier nanoTime) {
    return new Quotas(settings, memory, nanoTime);
  }

  private void addNamed(QuotaKind kind, List<Entry> entries) {
    for (Entry entry : entries) {
      QuotaSubject subject = new QuotaSubject(kind, entry.pattern());
      QuotaRates rates = QuotaRates.of(entry.pattern(), entries);
      if (!entry.isPattern() && !rates.areUnlimited()) {
        memory.reserve(QuotaAccount.heapBytes(subject));
        QuotaAccount account = new QuotaAccount(subject, rates, nanoTime());
        account.addUser();
        accounts.put(subject, account);
      }
    }
  }

  /** The present moment of the clock of all accounts. */
  public long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** What accounts, and the answers that quotas hold back, may take. */
  public MemoryShare memory() {
    return memory;
  }

  /** Whether a source can have a quota, so that the sources of batches must be known. */
  public boolean limitsSources() {
    return settings.sources().stream().anyMatch(Quotas::limitsProduce);
  }

  /** The names of all sources that have a quota; empty if there are patterns of them. */
  public Optional<List<String>> limitedSources() {
    List<Entry> limited = settings.sources().stream().filter(Quotas::limitsProduce).toList();
    return limited.stream().anyMatch(Entry::isPattern)
        ? Optional.empty()
        : Optional.of(limited.stream().map(Entry::pattern).toList());
  }

  private static boolean limitsProduce(Entry entry) {
    return entry.produce().orElse(0) > 0;
  }

  /** The account of a subject; empty if it has no quota. */
  public Optional<QuotaAccount> account(QuotaSubject subject) {
    QuotaAccount known = accounts.get(subject);
    return known != null ? Optional.of(known) : find(subject, false);
  }

  /**
   * As {@link #account}, for a connection. The account keeps its place until {@link #leave}.
   *
   * @return empty if the subject has no quota
   */
  public Optional<QuotaAccount> join(QuotaSubject subject) {
    return find(subject, true);
  }

  /** A connection does not use an account any more. One call for each {@link #join}. */
  public synchronized void leave(QuotaAccount account) {
    account.removeUser();
  }

  /** All accounts now, in no order. */
  public synchronized List<QuotaAccount> accounts() {
    Collection<QuotaAccount> shared = others.values();
    List<QuotaAccount> all = new ArrayList<>(accounts.values());
    all.addAll(shared);
    return all;
  }

  private Optional<QuotaAccount> find(QuotaSubject subject, boolean joins) {
    QuotaRates rates = QuotaRates.of(subject.name(), entries(subject.kind()));
    return rates.areUnlimited() ? Optional.empty() : Optional.of(find(subject, rates, joins));
  }

  private synchronized QuotaAccount find(QuotaSubject subject, QuotaRates rates, boolean joins) {
    QuotaAccount account = accounts.get(subject);
    if (account == null) {
      boolean hasRoom = makeRoom(QuotaAccount.heapBytes(subject));
      account = hasRoom ? add(subject, rates) : shared(subject, rates);
    }
    if (joins) {
      account.addUser();
    }
    return account;
  }

  private List<Entry> entries(QuotaKind kind) {
    return switch (kind) {
      case CLIENT -> settings.clients();
      case SOURCE -> settings.sources();
    };
  }

  private QuotaAccount add(QuotaSubject subject, QuotaRates rates) {
    QuotaAccount account = new QuotaAccount(subject, rates, nanoTime());
    accounts.put(subject, account);
    removable.add(account);
    return account;
  }

  private QuotaAccount shared(QuotaSubject subject, QuotaRates rates) {
    return others.computeIfAbsent(
        new OthersKey(subject.kind(), rates),
        key ->
            new QuotaAccount(new QuotaSubject(key.kind(), othersName(rates)), rates, nanoTime()));
  }

  /** The name of the account of the names without a place. */
  private static String othersName(QuotaRates rates) {
    return "(others, produce " + text(rates.produce()) + ", read " + text(rates.read()) + ")";
  }

  private static String text(long rate) {
    return rate == 0 ? "unlimited" : ByteSize.format(rate) + "/s";
  }

  /** Reserves memory for a new account. Forgets idle ones for it, of which it looks at a few. */
  private boolean makeRoom(long bytes) {
    for (int looks = 0; looks < LOOKS; looks++) {
      if (tryReserve(bytes)) {
        return true;
      }
      QuotaAccount oldest = removable.poll();
      if (oldest == null) {
        return false;
      }
      if (oldest.isIdle(nanoTime())) {
        accounts.remove(oldest.subject());
        long freed = QuotaAccount.heapBytes(oldest.subject());
        removableBytes -= freed;
        memory.release(freed);
      } else {
        removable.add(oldest);
      }
    }
    return tryReserve(bytes);
  }

  /** The other half of the share is for answers, whatever names clients choose. */
  private boolean tryReserve(long bytes) {
    if (removableBytes + bytes > memory.limit() / 2 || !memory.tryReserve(bytes)) {
      return false;
    }
    removableBytes += bytes;
    return true;
  }
}
