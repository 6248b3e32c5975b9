package io.millrace.security.scram;

/**
 * The client-final-message of RFC 5802, section 7.
 *
 * @param binding the GS2 header and the channel binding, decoded from Base64
 * @param nonce of client and broker together
 * @param withoutProof the message up to its proof, as it was received
 * @param proof decoded from Base64
 */
record ScramClientFinal(byte[] binding, String nonce, String withoutProof, byte[] proof) {

  private static final String PROOF = ",p=";

  /** Reads a message. */
  static ScramClientFinal parse(String message) throws ScramException {
    ScramText.requireLength(message);
    int proofAt = message.lastIndexOf(PROOF);
    if (proofAt < 0) {
      throw new ScramException("the client-final-message does not end with a proof");
    }
    String withoutProof = message.substring(0, proofAt);
    String[] fields = withoutProof.split(",", -1);
    if (fields.length < 2) {
      throw new ScramException("the client-final-message has no channel binding and nonce");
    }
    ScramText.requireExtensions(fields, 2, fields.length);
    return new ScramClientFinal(
        ScramText.decodeBase64(ScramText.value(fields[0], 'c')),
        ScramText.requireNonce(ScramText.value(fields[1], 'r')),
        withoutProof,
        ScramText.decodeBase64(message.substring(proofAt + PROOF.length())));
  }
}
