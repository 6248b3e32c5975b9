package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows from a failed read of a subscription. The owner of the partition has its
 * state.
 */
final class ReadFailures {

  /**
   * How often a read is repeated while the log looks for the damage that the read has met. Two of
   * them are {@link Subscriptions#RETRY_MS} apart.
   */
  static final int MAX_READS_OF_DAMAGE = 25;

  private static final Logger LOG = LoggerFactory.getLogger(ReadFailures.class);

  private final Subscriptions home;

  /** The reads at the position that have met damage which the log had not located. */
  private int readsOfDamage;

  ReadFailures(Subscriptions home) {
    this.home = home;
  }

  /** Something was read, and is not damaged. */
  void forget() {
    readsOfDamage = 0;
  }

  /**
   * Whether the same read may come to another result: the log could not open a file, or it has not
   * located the damage yet. When a subscription ends with damage, the subscriber can ask for its
   * range.
   */
  boolean isToBeRepeated(ErrorCode failure, long position) {
    return switch (failure) {
      case RESOURCES_EXHAUSTED -> true;
      case CORRUPT_LOG, LOG_TOO_NEW, LOG_TOO_OLD ->
          !home.isDamaged(position) && readsOfDamage++ < MAX_READS_OF_DAMAGE;
      default -> false;
    };
  }

  /** The failure, for the subscriber. */
  BrokerException explained(Throwable failure) {
    if (failure instanceof StorageException e) {
      return home.named(e);
    }
    if (failure instanceof BrokerException e) {
      return e;
    }
    LOG.error("event=subscription_failed", failure);
    return new BrokerException(
        ErrorCode.INTERNAL,
        "delivering failed in the broker; see its log (event=subscription_failed); subscribe again",
        failure);
  }
}
