package io.millrace.server.authentication;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows down the guessing of passwords and tokens. It counts failures for each address and for each
 * user. After ten failures, of which each came less than a minute after the one before it, each
 * further failure blocks the address or the user for 1 s, 2 s, and so on, up to 60 s. Attempts in
 * this time are not checked. So nobody is locked out for good.
 *
 * <p>An attacker can keep a user blocked by failing all the time. Therefore a block of the user
 * does not hold for an address from which the user has logged in.
 *
 * <p>Bounded: of more than 10,000 addresses or users, the one without a failure for the longest
 * time is forgotten. Each method holds the lock of this object for a short time. Any thread.
 */
public final class GuessingLimits {

  /** The failures after which the next one blocks. */
  static final int FREE_FAILURES = 10;

  /** The largest number of addresses, and of users. */
  static final int MAX_ENTRIES = 10_000;

  private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long MAX_BLOCK_SECONDS = 60;

  private static final class Failures {
    private int count;
    private long lastNanos;
    private long blockNanos;
  }

  private record Place(String subject, Object address) {}

  private static final class Bounded<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    Bounded() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MAX_ENTRIES;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Object, Failures> byAddress = new Bounded<>();
  private final Map<String, Failures> bySubject = new Bounded<>();
  private final Map<Place, Boolean> known = new Bounded<>();

  /** Without failures. */
  GuessingLimits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * How long attempts are not checked.
   *
   * @param address stands for all addresses that one client can have; compared by {@code equals}
   * @param subject the user or token that the attempt names
   * @return nanoseconds; 0: the attempt is checked
   */
  public synchronized long blockedNanos(Object address, Optional<String> subject) {
    long now = nanoTime.getAsLong();
    long ofAddress = left(byAddress.get(address), now);
    long ofSubject =
        subject
            .filter(name -> !known.containsKey(new Place(name, address)))
            .map(name -> left(bySubject.get(name), now))
            .orElse(0L);
    return Math.max(ofAddress, ofSubject);
  }

  /** Counts an attempt that was checked and has failed. */
  public synchronized void failed(Object address, Optional<String> subject) {
    long now = nanoTime.getAsLong();
    count(byAddress.computeIfAbsent(address, first -> new Failures()), now);
    subject.ifPresent(name -> count(bySubject.computeIfAbsent(name, first -> new Failures()), now));
  }

  /** Remembers that the user has logged in from here. */
  public synchronized void succeeded(Object address, Optional<String> subject) {
    subject.ifPresent(name -> known.put(new Place(name, address), true));
  }

  /** The number of addresses and users that are remembered. */
  synchronized int size() {
    return byAddress.size() + bySubject.size() + known.size();
  }

  private static long left(Failures failures, long now) {
    return failures == null ? 0 : Math.max(0, failures.blockNanos - (now - failures.lastNanos));
  }

  private static void count(Failures failures, long now) {
    if (failures.count > 0 && now - failures.lastNanos > failures.blockNanos + FORGET_NANOS) {
      failures.count = 0;
    }
    failures.count++;
    failures.lastNanos = now;
    long seconds = Math.min(MAX_BLOCK_SECONDS, failures.count - FREE_FAILURES);
    failures.blockNanos = TimeUnit.SECONDS.toNanos(Math.max(0, seconds));
  }
}
