package io.millrace.server;

import io.millrace.core.BrokerClock;
import io.millrace.core.BrokerException;
import io.millrace.protocol.EpochMicros;
import io.millrace.security.AccessException;
import io.millrace.security.InvalidTextException;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.security.AccessAdministration;
import io.millrace.server.security.AccessStore;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import java.util.function.Function;

/**
 * The users, tokens and rules in the storage of a stopped broker, for commands. While it is open,
 * no broker can use the storage. One thread at a time.
 */
public final class StoredAccess implements AutoCloseable {

  private final LogStorage storage;
  private final AccessAdministration administration;

  private StoredAccess(LogStorage storage, AccessAdministration administration) {
    this.storage = storage;
    this.administration = administration;
  }

  /**
   * Opens the storage as a broker with these settings does, and creates it if it does not exist.
   *
   * @throws StorageException {@code DIRECTORY_LOCKED} if a broker uses it; or it cannot be used
   */
  public static StoredAccess open(ServerConfig config) {
    LogStorage storage = config.storage().engine().open(config.dataDir());
    try {
      BrokerClock clock = BrokerClock.system();
      return new StoredAccess(
          storage,
          new AccessAdministration(
              AccessStore.open(storage.states()), () -> EpochMicros.of(clock.instant())));
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  /**
   * Carries out a request.
   *
   * @throws AccessException every refusal and every failure of the storage, with its code
   */
  public <T> T run(Function<AccessAdministration, T> request) {
    try {
      return request.apply(administration);
    } catch (InvalidTextException e) {
      throw new AccessException(e.code(), e.getMessage());
    } catch (BrokerException e) {
      throw new AccessException(e.code(), e.getMessage());
    } catch (StorageException e) {
      throw new AccessException(e.code(), e.getMessage());
    }
  }

  @Override
  public void close() {
    storage.close();
  }
}
