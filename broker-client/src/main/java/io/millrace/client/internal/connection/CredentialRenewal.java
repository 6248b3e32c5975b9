package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.LoginMessages;
import io.millrace.protocol.wire.LoginInfo;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates the client again on an open connection before its credential expires. If this
 * fails, the connection stays open until the broker closes it with {@code CREDENTIAL_EXPIRED}; the
 * next one asks for new credentials. Event loop only.
 */
final class CredentialRenewal implements ClientAuthentication.Outcome {

  private static final Logger LOG = LoggerFactory.getLogger(CredentialRenewal.class);

  private static final long LONGEST_LEAD_MS = 30_000;
  private static final long SHORTEST_PAUSE_MS = 100;

  private final ClientSecurityContext security;
  private final ClientConnection connection;
  private final Supplier<LoginMessages> logins;
  private long expiresAtMs;
  private Future<?> timer;

  /**
   * @param logins makes a new login with the present credentials
   */
  CredentialRenewal(
      ClientSecurityContext security, ClientConnection connection, Supplier<LoginMessages> logins) {
    this.security = security;
    this.connection = connection;
    this.logins = logins;
  }

  /** The client is authenticated: waits for the end of its credential, if that has one. */
  @Override
  public void authenticated(LoginInfo login) {
    if (login.expiresAtMicros() != 0) {
      expiresAtMs = TimeUnit.MICROSECONDS.toMillis(login.expiresAtMicros());
      schedule();
    }
  }

  /** A fifth of the time that is left before the end, and at most 30 s before it. */
  private void schedule() {
    long leftMs = expiresAtMs - System.currentTimeMillis();
    if (leftMs > 0) {
      long leadMs = Math.min(LONGEST_LEAD_MS, leftMs / 5);
      timer =
          security
              .eventLoop()
              .schedule(
                  this::renew, Math.max(SHORTEST_PAUSE_MS, leftMs - leadMs), TimeUnit.MILLISECONDS);
    }
  }

  private void renew() {
    if (connection.isOpen()) {
      new ClientAuthentication(security, connection, logins.get(), this).begin();
    }
  }

  /** Further tries would count as attempts to guess. */
  @Override
  public void refused(MillraceException why) {
    LOG.warn("event=credential_not_renewed reason=refused cause={}", why.toString());
  }

  @Override
  public void unavailable(MillraceException why) {
    LOG.warn("event=credential_not_renewed reason=unavailable cause={}", why.toString());
    schedule();
  }

  /** The connection is closed. */
  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
