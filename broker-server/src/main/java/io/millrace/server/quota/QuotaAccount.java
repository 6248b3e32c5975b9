package io.millrace.server.quota;

import java.util.Optional;

/** What a subject has used of its quotas. Any thread. */
public final class QuotaAccount {

  /** Bytes of heap without the name: the account, two rates, and its places in the table. */
  private static final int HEAP_BYTES = 448;

  private final QuotaSubject subject;
  private final ByteRate produce;
  private final ByteRate read;

  /** The connections that use the account; one more if the configuration names it. */
  private int users;

  QuotaAccount(QuotaSubject subject, QuotaRates rates, long nowNanos) {
    this.subject = subject;
    this.produce = rates.produce() == 0 ? null : new ByteRate(rates.produce(), nowNanos);
    this.read = rates.read() == 0 ? null : new ByteRate(rates.read(), nowNanos);
  }

  /** Who or what has the quotas. */
  public QuotaSubject subject() {
    return subject;
  }

  /** The quota for what is produced; empty: unlimited. */
  public Optional<ByteRate> produce() {
    return Optional.ofNullable(produce);
  }

  /** The quota for what is read; empty: unlimited. */
  public Optional<ByteRate> read() {
    return Optional.ofNullable(read);
  }

  static long heapBytes(QuotaSubject subject) {
    return HEAP_BYTES + 2L * subject.name().length();
  }

  /** Guarded by the table of accounts. */
  void addUser() {
    users++;
  }

  /** Guarded by the table of accounts. */
  void removeUser() {
    users--;
  }

  /** Whether nobody uses it and nothing is lost if it is forgotten. Guarded by the table. */
  boolean isIdle(long nowNanos) {
    return users == 0
        && (produce == null || produce.isSettled(nowNanos))
        && (read == null || read.isSettled(nowNanos));
  }
}
