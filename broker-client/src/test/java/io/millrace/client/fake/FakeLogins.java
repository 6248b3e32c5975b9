package io.millrace.client.fake;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.LoginInfo;
import io.millrace.protocol.wire.Response;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The users, passwords and tokens of a fake broker that needs credentials. */
public final class FakeLogins {

  private static final String REFUSAL = "the credential is not valid";

  private final Map<String, String> passwords = new HashMap<>();
  private final Map<String, Optional<Duration>> tokens = new HashMap<>();
  private final Map<FakeSession, ScramServer> running = new HashMap<>();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private List<String> mechanisms;
  private Optional<byte[]> certificateHash = Optional.empty();
  private int iterations = 4096;
  private boolean wrongSignature;
  private boolean withoutProof;

  /** A broker with these mechanisms, preferred first. */
  public FakeLogins(String... mechanisms) {
    this.mechanisms = List.of(mechanisms);
  }

  /** Adds a user. */
  public synchronized FakeLogins user(String name, String password) {
    passwords.put(name, password);
    return this;
  }

  /** Adds a token or JWT without an end. */
  public synchronized FakeLogins token(String token) {
    tokens.put(token, Optional.empty());
    return this;
  }

  /** Adds a token or JWT that expires this time after its use. */
  public synchronized FakeLogins token(String token, Duration lifetime) {
    tokens.put(token, Optional.of(lifetime));
    return this;
  }

  /** Takes a token away. */
  public synchronized void revoke(String token) {
    tokens.remove(token);
  }

  /** Has TLS with this certificate. */
  public FakeLogins certificate(X509Certificate certificate) {
    try {
      certificateHash =
          Optional.of(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  /** Asks for a number of iterations. */
  public FakeLogins iterations(int count) {
    iterations = count;
    return this;
  }

  /** Proves with a wrong signature that it knows the user. */
  public FakeLogins wrongSignature() {
    wrongSignature = true;
    return this;
  }

  /** Accepts everybody at once, without proof of either side. */
  public FakeLogins withoutProof() {
    withoutProof = true;
    return this;
  }

  /** Every finished authentication: the mechanism and the principal. */
  public List<String> done() {
    return done;
  }

  List<String> mechanisms() {
    return mechanisms;
  }

  synchronized Response answer(
      FakeSession session, AuthenticateRequest request, BrokerInfo broker) {
    String message = request.data().toString(StandardCharsets.UTF_8);
    if (withoutProof) {
      return accepted(request.mechanism(), "anybody", Optional.empty(), "", broker);
    }
    try {
      return switch (request.mechanism()) {
        case "TOKEN" -> bearer("TOKEN", message, broker);
        case "OAUTHBEARER" ->
            bearer(
                "OAUTHBEARER",
                message.replaceFirst("^n,,\u0001auth=Bearer ([^\u0001]*)\u0001\u0001$", "$1"),
                broker);
        default -> scram(session, request.mechanism(), message, broker);
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Response bearer(String mechanism, String token, BrokerInfo broker) {
    Optional<Duration> lifetime = tokens.get(token);
    return lifetime == null ? refused() : accepted(mechanism, "service", lifetime, "", broker);
  }

  private Response scram(FakeSession session, String mechanism, String message, BrokerInfo broker)
      throws GeneralSecurityException {
    ScramServer server = running.remove(session);
    if (server == null) {
      String user = ScramServer.user(message);
      String hash = mechanism.substring("SCRAM-SHA-".length()).replace("-PLUS", "");
      server =
          new ScramServer(
              hash, passwords.getOrDefault(user, "unknown"), iterations, certificateHash);
      String first = server.first(message);
      if (certificateHash.isPresent() && server.saysThatNoneWasOffered()) {
        return refused();
      }
      running.put(session, server);
      return new AuthenticateResponse(Optional.empty(), data(first));
    }
    Optional<String> last = server.last(message);
    return last.isEmpty()
        ? refused()
        : accepted(
            mechanism, "user", Optional.empty(), wrongSignature ? "v=AAAA" : last.get(), broker);
  }

  private Response accepted(
      String mechanism,
      String principal,
      Optional<Duration> lifetime,
      String data,
      BrokerInfo broker) {
    done.add(mechanism + " " + principal);
    long expiresAtMicros =
        lifetime
            .map(left -> TimeUnit.MILLISECONDS.toMicros(Instant.now().plus(left).toEpochMilli()))
            .orElse(0L);
    return new AuthenticateResponse(
        Optional.of(new LoginInfo(principal, expiresAtMicros, broker)), data(data));
  }

  private static Response refused() {
    return new ErrorResponse(ErrorCode.AUTHENTICATION_FAILED, REFUSAL);
  }

  private static io.netty.buffer.ByteBuf data(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }
}
