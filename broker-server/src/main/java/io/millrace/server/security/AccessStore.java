package io.millrace.server.security;

import io.millrace.core.BrokerException;
import io.millrace.core.OwnedState;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessState;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users, tokens and rules of a broker, in the state {@code access} of its storage. A running
 * broker has one; a command that works on the data directory of a stopped broker opens its own. Any
 * thread.
 */
public final class AccessStore {

  /** The name of the state. */
  public static final String STATE = "access";

  /** The largest number of users. */
  public static final int MAX_USERS = 10_000;

  /** The largest number of rules. */
  public static final int MAX_RULES = 10_000;

  /** The largest number of tokens. */
  public static final int MAX_TOKENS = 100_000;

  /** The largest size of the whole state. In the heap, it takes about four times as much. */
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(AccessStore.class);

  private final OwnedState saved;
  private final List<Consumer<AccessState>> listeners = new CopyOnWriteArrayList<>();

  /** Whether the state exists in the storage. Guarded by this. */
  private boolean created;

  private volatile AccessState current;

  private AccessStore(OwnedState saved, AccessState current, boolean created) {
    this.saved = saved;
    this.current = current;
    this.created = created;
  }

  /**
   * Loads the state. If there is none, the store is empty, and the first change creates the state.
   * Blocks.
   *
   * @param states of an open storage, which the caller closes
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD} with
   *     the next step: without the state, nobody can log in
   */
  public static AccessStore open(StateStore states) {
    OwnedState saved = new OwnedState(states, STATE);
    try {
      return saved
          .load()
          .map(bytes -> new AccessStore(saved, AccessStateCodec.decode(bytes), true))
          .orElseGet(() -> new AccessStore(saved, AccessState.empty(newSecret()), false));
    } catch (StorageException e) {
      throw e.code() == ErrorCode.CORRUPT_LOG ? withNextStep(e) : e;
    }
  }

  private static StorageException withNextStep(StorageException damaged) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        damaged.getMessage()
            + "; without a copy, move the files states/"
            + STATE
            + ".state and states/"
            + STATE
            + ".copy away, and create the users again with 'millrace user add'",
        damaged);
  }

  private static byte[] newSecret() {
    byte[] secret = new byte[AccessStateCodec.SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  /** The state now. Does not block. */
  public AccessState current() {
    return current;
  }

  /**
   * Saves the state if it does not exist yet, so that its secret stays the same. Blocks.
   *
   * @throws StorageException as {@link #change}
   */
  public synchronized void create() {
    if (!created) {
      change(state -> state.withRules(state.rules()));
    }
  }

  /**
   * Replaces the state, one change at a time. Blocks until the new state is durable, then {@link
   * #current} returns it and the listeners are called.
   *
   * @param change gets the current state. If it returns the same object, or throws, nothing is
   *     changed
   * @return the state after the change
   * @throws BrokerException {@code LIMIT_REACHED} if there would be too many users, tokens, rules
   *     or bytes; nothing is changed
   * @throws StorageException {@code DISK_FULL}, {@code STORAGE_FAILED} or {@code FENCED}: nothing
   *     is changed for this broker. After a restart, the change may be there
   */
  public synchronized AccessState change(UnaryOperator<AccessState> change) {
    AccessState next = change.apply(current);
    if (next == current) {
      return next;
    }
    requireAtMost("users", next.users().size(), MAX_USERS);
    requireAtMost("tokens", next.tokens().size(), MAX_TOKENS);
    requireAtMost("rules", next.rules().size(), MAX_RULES);
    byte[] bytes = AccessStateCodec.encode(next);
    requireAtMost("bytes of users, tokens and rules", bytes.length, MAX_BYTES);
    saved.save(bytes);
    created = true;
    current = next;
    listeners.forEach(listener -> call(listener, next));
    return next;
  }

  /**
   * Adds a listener, which is called after each change.
   *
   * @param listener called on the thread of the change, one change after the other; must not block
   */
  public void onChange(Consumer<AccessState> listener) {
    listeners.add(listener);
  }

  private static void call(Consumer<AccessState> listener, AccessState state) {
    try {
      listener.accept(state);
    } catch (RuntimeException e) {
      LOG.error("event=access_listener_failed", e);
    }
  }

  private static void requireAtMost(String what, int count, int max) {
    if (count > max) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the broker would have "
              + count
              + " "
              + what
              + "; the limit is "
              + max
              + ": remove what is no longer used");
    }
  }
}
