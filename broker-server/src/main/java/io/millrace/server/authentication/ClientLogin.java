package io.millrace.server.authentication;

import io.millrace.security.Principal;
import io.millrace.server.security.Session;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The attempts of one client to prove its identity. Each attempt is one authentication with one or
 * more messages. One thread at a time, but for {@link #checkPassword}.
 */
public final class ClientLogin {

  /** What the client gets. */
  public sealed interface Answer {

    /** The mechanism needs another message of the client. */
    record More(byte[] data) implements Answer {}

    /**
     * The client has proved its identity. The caller decides whether it is the right one, and then
     * calls {@link Authentication#accept}.
     */
    record Proved(Login login, byte[] data) implements Answer {}

    /**
     * The attempt has failed.
     *
     * @param delayNanos how long the client waits for this answer; 0: not at all
     */
    record Refused(long delayNanos) implements Answer {}
  }

  /** The mechanism of a user and a password that the client sends itself, over HTTP. */
  public static final String BASIC = "BASIC";

  /** The mechanism of a token. */
  public static final String TOKEN = "TOKEN";

  private static final String UNKNOWN = "unknown";
  private static final int MAX_NAME_CHARS = 255;

  private final Authentication authentication;
  private final Session session;
  private final Object address;
  private final ConnectionSecurity security;
  private final List<AuthenticationMechanism> offered;

  /** The attempt that needs another message; null if there is none. */
  private AuthenticationExchange exchange;

  private AuthenticationMechanism mechanism; // of the exchange
  private Optional<String> subject = Optional.empty(); // of the exchange

  ClientLogin(
      Authentication authentication, Session session, Object address, ConnectionSecurity security) {
    this.authentication = authentication;
    this.session = session;
    this.address = address;
    this.security = security;
    offered = authentication.offered(security);
  }

  /** The names of the mechanisms that the client may use, preferred first. */
  public List<String> mechanisms() {
    return offered.stream().map(AuthenticationMechanism::name).toList();
  }

  /** Whether the client may send a secret itself, because nobody else can read the connection. */
  public boolean isPrivate() {
    return security.isPrivate();
  }

  /**
   * Answers a message of the client. Computes at most a few HMACs; what takes longer runs on a
   * thread of the mechanism.
   *
   * @return completes on any thread
   */
  public CompletableFuture<Answer> message(String mechanismName, byte[] data) {
    Optional<Answer> refusal =
        exchange == null || !mechanism.name().equals(mechanismName)
            ? begin(mechanismName, data)
            : blocked(mechanism.name(), subject); // others may have failed in the meantime
    if (refusal.isPresent()) {
      exchange = null;
      return CompletableFuture.completedFuture(refusal.get());
    }
    CompletableFuture<AuthenticationStep> step = exchange.step(data);
    if (!step.isDone() || !(step.join() instanceof AuthenticationStep.Challenge)) {
      exchange = null;
    }
    String name = mechanism.name();
    Optional<String> named = subject;
    return step.thenApply(result -> answer(name, named, result));
  }

  private Answer answer(String name, Optional<String> named, AuthenticationStep step) {
    if (step instanceof AuthenticationStep.Challenge challenge) {
      return new Answer.More(challenge.data());
    }
    if (step instanceof AuthenticationStep.Succeeded succeeded) {
      return proved(named, succeeded.login(), succeeded.data());
    }
    return failed(name, named, ((AuthenticationStep.Failed) step).reason());
  }

  private Optional<Answer> begin(String mechanismName, byte[] data) {
    exchange = null;
    Optional<AuthenticationMechanism> chosen =
        offered.stream().filter(each -> each.name().equals(mechanismName)).findFirst();
    if (chosen.isEmpty()) {
      return Optional.of(failed(UNKNOWN, Optional.empty(), "the mechanism is not offered"));
    }
    mechanism = chosen.get();
    subject = mechanism.subjectOf(data).filter(ClientLogin::canBeAName);
    Optional<Answer> blocked = blocked(mechanism.name(), subject);
    if (blocked.isEmpty()) {
      exchange = mechanism.begin(security);
    }
    return blocked;
  }

  /**
   * Whether a user and a password may be checked now.
   *
   * @return the answer if not
   */
  public Optional<Answer> blockedPassword(String user) {
    return blocked(BASIC, Optional.of(user).filter(ClientLogin::canBeAName));
  }

  /** Checks a user and a password. Runs PBKDF2: never on an event loop. Any thread. */
  public Answer checkPassword(String user, char[] password) {
    Optional<Answer> refusal = blockedPassword(user); // others may have failed in the meantime
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (!authentication.passwords().matches(user, password)) {
      Optional<String> named = Optional.of(user).filter(ClientLogin::canBeAName);
      return failed(BASIC, named, "the user or the password is wrong");
    }
    Login login = new Login(new Principal(user), BASIC, 0, state -> Login.isEnabled(state, user));
    return proved(Optional.of(user), login, new byte[0]);
  }

  private Optional<Answer> blocked(String mechanismName, Optional<String> named) {
    long nanos = authentication.limits().blockedNanos(address, named);
    if (nanos == 0) {
      return Optional.empty();
    }
    authentication.delayed(session, mechanismName, named.orElse(""));
    return Optional.of(new Answer.Refused(nanos));
  }

  /** Longer texts are no users, and would fill the memory of the limits. */
  private static boolean canBeAName(String subject) {
    return subject.length() <= MAX_NAME_CHARS;
  }

  private Answer proved(Optional<String> named, Login login, byte[] data) {
    authentication.limits().succeeded(address, named);
    return new Answer.Proved(login, data);
  }

  private Answer failed(String mechanismName, Optional<String> named, String reason) {
    authentication.limits().failed(address, named);
    authentication.failed(session, mechanismName, named.orElse(""), reason);
    return new Answer.Refused(0);
  }
}
