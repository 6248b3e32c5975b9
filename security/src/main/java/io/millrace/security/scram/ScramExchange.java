package io.millrace.security.scram;

import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Function;

/**
 * The broker's side of one authentication with SCRAM. {@link #challenge} and {@link #finish} are
 * called once, in this order. Neither runs PBKDF2: an exchange costs two HMACs and a hash. One
 * thread at a time.
 */
public final class ScramExchange {

  private final ScramMechanism mechanism;
  private final ChannelBinding binding;
  private final String nonce;

  private ScramClientFirst first;
  private ScramVerifier verifier;
  private String serverFirst;

  /**
   * @param nonce of the broker: random and used once; printable ASCII without a comma
   */
  public ScramExchange(ScramMechanism mechanism, ChannelBinding binding, String nonce) {
    this.mechanism = mechanism;
    this.binding = binding;
    this.nonce = nonce;
  }

  /**
   * The user that a client-first-message names. Cheap.
   *
   * @throws ScramException if the message is malformed
   */
  public static String userOf(String clientFirst) throws ScramException {
    return ScramClientFirst.parse(clientFirst).user();
  }

  /**
   * Answers a client-first-message.
   *
   * @param verifiers the verifier of a user. It has one for every name, so that a client cannot see
   *     which users exist
   * @return the server-first-message
   * @throws ScramException if the message is malformed, or does not fit to the connection
   */
  public String challenge(String clientFirst, Function<String, ScramVerifier> verifiers)
      throws ScramException {
    first = ScramClientFirst.parse(clientFirst);
    binding.check(first);
    verifier = verifiers.apply(first.user());
    serverFirst =
        "r="
            + first.nonce()
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(verifier.salt())
            + ",i="
            + verifier.iterations();
    return serverFirst;
  }

  /** The user of the client-first-message. */
  public String user() {
    return first.user();
  }

  /**
   * Checks a client-final-message.
   *
   * @return the server-final-message, which proves to the client that the broker knows the verifier
   * @throws ScramException if the message is malformed, or does not prove the password
   */
  public String finish(String clientFinal) throws ScramException {
    ScramClientFinal last = ScramClientFinal.parse(clientFinal);
    if (!MessageDigest.isEqual(last.binding(), binding.expected(first.gs2Bytes()))) {
      throw new ScramException(
          "the channel binding is another one: somebody may be between client and broker");
    }
    if (!last.nonce().equals(first.nonce() + nonce)) {
      throw new ScramException("the nonce is another one: the message may be a repeated one");
    }
    if (last.proof().length != mechanism.keyBytes()) {
      throw new ScramException("the proof has " + last.proof().length + " bytes");
    }
    String message = first.bare() + "," + serverFirst + "," + last.withoutProof();
    byte[] signature = ScramCrypto.hmac(mechanism, verifier.storedKey(), message);
    byte[] clientKey = ScramCrypto.xor(last.proof(), signature);
    byte[] serverSignature = ScramCrypto.hmac(mechanism, verifier.serverKey(), message);
    if (!MessageDigest.isEqual(ScramCrypto.hash(mechanism, clientKey), verifier.storedKey())) {
      throw new ScramException("the password is wrong");
    }
    return "v=" + Base64.getEncoder().encodeToString(serverSignature);
  }
}
