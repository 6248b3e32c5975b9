package io.millrace.server.security;

import io.millrace.core.ControlThread;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Carries out requests about users, tokens and rules, one after the other on a thread of its own,
 * because changes wait for the disk. The thread starts, and the store is opened, with the first
 * request. Any thread.
 */
public final class AccessService implements AutoCloseable {

  private static final long END_NANOS = 10_000_000_000L;

  private final ControlThread thread = new ControlThread("millrace-access");
  private final LazyAccess access;
  private final LongSupplier nowMicros;

  /** Null until the first request. Owned by the thread. */
  private AccessAdministration administration;

  /**
   * @param access loaded on the thread of this service, with the first request
   * @param nowMicros the time, in microseconds since the epoch, UTC
   */
  public AccessService(LazyAccess access, LongSupplier nowMicros) {
    this.access = access;
    this.nowMicros = nowMicros;
  }

  /**
   * Carries out a request.
   *
   * @return completes with its result, or fails with what it threw; fails at once with {@code
   *     TOO_MANY_IN_FLIGHT} or {@code SHUTTING_DOWN}
   */
  public <T> CompletableFuture<T> run(Function<AccessAdministration, T> request) {
    return thread.run(() -> request.apply(administration()));
  }

  private AccessAdministration administration() {
    if (administration == null) {
      administration = new AccessAdministration(access.get(), nowMicros);
    }
    return administration;
  }

  /** Refuses new requests, and waits until those that wait are served, for at most 10 s. */
  @Override
  public void close() {
    thread.stop();
    thread.awaitEnd(System.nanoTime() + END_NANOS);
  }
}
