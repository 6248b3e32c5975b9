package io.millrace.server.authentication;

import io.millrace.security.ScramMechanism;
import io.millrace.server.security.AccessStore;
import io.millrace.server.security.Session;
import io.netty.channel.Channel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The authentication of clients by a broker that requires it: its mechanisms, the limits against
 * guessing, and who learns of the results. All listeners share one. Any thread.
 */
public final class Authentication {

  /** The message of every failure: it does not say what was wrong. */
  public static final String FAILED =
      "the credential is not valid; check the user and the password, or the token; the broker's log"
          + " has the reason";

  /** How much longer than its credential a connection lives, so that a client can renew it. */
  static final Duration EXPIRY_GRACE = Duration.ofSeconds(30);

  private static final long EXPIRY_GRACE_MICROS =
      TimeUnit.NANOSECONDS.toMicros(EXPIRY_GRACE.toNanos());

  private final AccessStore access;
  private final boolean plaintextAllowed;
  private final LongSupplier nowMicros;
  private final List<AuthenticationMechanism> mechanisms;
  private final Passwords passwords;
  private final List<AuthenticationObserver> observers;
  private final GuessingLimits limits = new GuessingLimits(System::nanoTime);

  /**
   * @param plaintextAllowed whether secrets may be sent without TLS, because a proxy has it
   * @param nowMicros microseconds since the epoch, UTC
   * @param more mechanisms in addition to SCRAM and tokens, after them in the list
   * @param observers learn of the results, in addition to the log
   */
  public Authentication(
      AccessStore access,
      boolean plaintextAllowed,
      LongSupplier nowMicros,
      List<AuthenticationMechanism> more,
      List<AuthenticationObserver> observers) {
    this.access = access;
    this.plaintextAllowed = plaintextAllowed;
    this.nowMicros = nowMicros;
    List<AuthenticationObserver> everyone = new ArrayList<>(observers);
    everyone.add(new AuthenticationLog());
    this.observers = List.copyOf(everyone);
    passwords = new Passwords(access);
    SecureRandom random = new SecureRandom();
    List<AuthenticationMechanism> all = new ArrayList<>();
    for (boolean binds : List.of(true, false)) {
      for (ScramMechanism mechanism : ScramMechanism.values()) {
        all.add(new ScramLogin(mechanism, binds, passwords, random));
      }
    }
    all.add(new TokenLogin(access, nowMicros));
    all.addAll(more);
    mechanisms = List.copyOf(all);
  }

  /** The users, tokens and rules. */
  public AccessStore access() {
    return access;
  }

  /**
   * Begins the authentication of a client. Event loop of the channel.
   *
   * @param address stands for all addresses that the client can have; compared by {@code equals}
   * @param clientMechanisms the mechanisms that the client has offered
   */
  public ClientLogin login(
      Channel channel, Session session, Object address, List<String> clientMechanisms) {
    ConnectionSecurity security = ChannelSecurity.of(channel, plaintextAllowed, clientMechanisms);
    return new ClientLogin(this, session, address, security);
  }

  /** The login of a client certificate, unless its principal is a user that is disabled. */
  public Optional<Login> certificate(String principal) {
    Login login = Login.ofCertificate(principal);
    return isValid(login) ? Optional.of(login) : Optional.empty();
  }

  /** Whether users and tokens still allow the login. */
  public boolean isValid(Login login) {
    return login.validity().test(access.current());
  }

  /** Whether its credential has expired, longer than the grace for a renewal ago. */
  public boolean isExpired(Login login) {
    return login.isExpired(nowMicros.getAsLong(), EXPIRY_GRACE_MICROS);
  }

  /** Gives a session its principal. */
  public void accept(Session session, Login login) {
    session.authenticated(login.principal(), login.mechanism());
    observers.forEach(each -> each.succeeded(session, login));
  }

  /** As {@link #accept}, for a client that proves the same again with each request. */
  public void acceptAgain(Session session, Login login) {
    session.authenticated(login.principal(), login.mechanism());
  }

  List<AuthenticationMechanism> offered(ConnectionSecurity connection) {
    return mechanisms.stream().filter(each -> each.isOffered(connection)).toList();
  }

  GuessingLimits limits() {
    return limits;
  }

  Passwords passwords() {
    return passwords;
  }

  void failed(Session session, String mechanism, String subject, String reason) {
    observers.forEach(each -> each.failed(session, mechanism, subject, reason));
  }

  void delayed(Session session, String mechanism, String subject) {
    observers.forEach(each -> each.delayed(session, mechanism, subject));
  }
}
