package io.millrace.server.status;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.storage.FreeSpace;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space on the disk of the data directory.
 *
 * @param free what can still be stored; empty if the operating system does not tell
 */
public record DiskSpace(Optional<FreeSpace> free) {

  static final DiskSpace UNKNOWN = new DiskSpace(Optional.empty());

  private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);

  static DiskSpace of(Broker broker) {
    try {
      return new DiskSpace(Optional.of(broker.freeSpace()));
    } catch (BrokerException e) {
      LOG.debug("event=free_space_unknown", e); // the storage logs it as a warning
      return UNKNOWN;
    }
  }

  /** The bytes that can still be stored: none if no file can be created. Empty if unknown. */
  public OptionalLong storableBytes() {
    return free.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(free.get().files() == 0 ? 0 : free.get().bytes());
  }

  boolean isFull() {
    return free.isPresent() && free.get().isFull();
  }

  /** Bytes that are free; {@link FreeSpace#UNLIMITED} if unknown or unlimited. */
  long bytes() {
    return free.map(FreeSpace::bytes).orElse(FreeSpace.UNLIMITED);
  }

  /** Files that can be created; {@link FreeSpace#UNLIMITED} if unknown or unlimited. */
  long files() {
    return free.map(FreeSpace::files).orElse(FreeSpace.UNLIMITED);
  }
}
