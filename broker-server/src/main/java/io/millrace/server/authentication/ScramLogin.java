package io.millrace.server.authentication;

import io.millrace.security.AccessState;
import io.millrace.security.Principal;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import io.millrace.security.User;
import io.millrace.security.scram.ChannelBinding;
import io.millrace.security.scram.ScramException;
import io.millrace.security.scram.ScramExchange;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A mechanism of SCRAM, with or without channel binding. Any thread. */
final class ScramLogin implements AuthenticationMechanism {

  private static final String PLUS = "-PLUS";
  private static final int NONCE_BYTES = 18;

  private final ScramMechanism mechanism;
  private final boolean binds;
  private final Passwords passwords;
  private final SecureRandom random;

  /**
   * @param binds whether it is the mechanism with channel binding
   */
  ScramLogin(ScramMechanism mechanism, boolean binds, Passwords passwords, SecureRandom random) {
    this.mechanism = mechanism;
    this.binds = binds;
    this.passwords = passwords;
    this.random = random;
  }

  @Override
  public String name() {
    return mechanism.mechanism() + (binds ? PLUS : "");
  }

  @Override
  public boolean isOffered(ConnectionSecurity connection) {
    return !binds || connection.canBind();
  }

  @Override
  public Optional<String> subjectOf(byte[] firstMessage) {
    try {
      return Optional.of(ScramExchange.userOf(text(firstMessage)));
    } catch (ScramException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  @Override
  public AuthenticationExchange begin(ConnectionSecurity connection) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ChannelBinding binding =
        new ChannelBinding(
            binds,
            connection.canBind(),
            connection.clientMechanisms().contains(mechanism.mechanism() + PLUS),
            connection.endPoint());
    return new Exchange(
        new ScramExchange(mechanism, binding, Base64.getEncoder().encodeToString(nonce)));
  }

  private static String text(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  /** One authentication: a challenge, then the proof. */
  private final class Exchange implements AuthenticationExchange {

    private final ScramExchange scram;
    private boolean challenged;

    Exchange(ScramExchange scram) {
      this.scram = scram;
    }

    @Override
    public CompletableFuture<AuthenticationStep> step(byte[] message) {
      return CompletableFuture.completedFuture(answer(message));
    }

    private AuthenticationStep answer(byte[] message) {
      try {
        if (!challenged) {
          challenged = true;
          String challenge = scram.challenge(text(message), this::verifier);
          return new AuthenticationStep.Challenge(bytes(challenge));
        }
        return finished(scram.finish(text(message)));
      } catch (ScramException e) {
        return new AuthenticationStep.Failed(e.getMessage());
      } catch (CharacterCodingException e) {
        return new AuthenticationStep.Failed("a message is not UTF-8");
      }
    }

    private ScramVerifier verifier(String name) {
      return passwords.verifier(mechanism, name);
    }

    private AuthenticationStep finished(String serverFinal) {
      String name = scram.user();
      AccessState now = passwords.state();
      User user = now.users().get(name);
      if (user == null || !user.enabled()) {
        return new AuthenticationStep.Failed("the user is disabled or removed");
      }
      Login login =
          new Login(new Principal(name), name(), 0, state -> Login.isEnabled(state, name));
      return new AuthenticationStep.Succeeded(login, bytes(serverFinal));
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
