package io.millrace.server.status;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space on the disk of the data directory.
 *
 * @param usableBytes bytes that can still be stored; empty if the operating system does not tell
 */
public record DiskSpace(OptionalLong usableBytes) {

  /** With less space than this, the disk is full: no log gets another segment. */
  public static final long NEEDED_BYTES = 1 << 20;

  static final DiskSpace UNKNOWN = new DiskSpace(OptionalLong.empty());

  private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);

  static DiskSpace of(Broker broker) {
    try {
      return new DiskSpace(OptionalLong.of(broker.usableBytes()));
    } catch (BrokerException e) {
      LOG.debug("event=free_space_unknown", e); // the storage logs it as a warning
      return UNKNOWN;
    }
  }

  boolean isFull() {
    return usableBytes.isPresent() && usableBytes.getAsLong() < NEEDED_BYTES;
  }
}
