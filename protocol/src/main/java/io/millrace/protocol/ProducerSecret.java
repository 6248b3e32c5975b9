package io.millrace.protocol;

/**
 * The secret that the broker returns with a producer id and an epoch, 128 bits. A client proves
 * with it that the broker has given the id and the epoch to it. Its bits have no meaning to a
 * client. Only the wire and the memory of the two sides hold it: {@link #toString} hides it, so
 * that it does not get into a log.
 *
 * @param first the first 8 bytes on the wire, little-endian
 * @param last the last 8 bytes on the wire, little-endian
 */
public record ProducerSecret(long first, long last) {

  /** Bytes on the wire. */
  public static final int BYTES = 2 * Long.BYTES;

  /** For a batch without a producer id: all bits are 0. */
  public static final ProducerSecret NONE = new ProducerSecret(0, 0);

  /** The secret with these bits; without a new object for {@link #NONE}. */
  public static ProducerSecret of(long first, long last) {
    return (first | last) == 0 ? NONE : new ProducerSecret(first, last);
  }

  /**
   * Whether two secrets are equal. The time that it takes does not depend on the place of the first
   * difference.
   */
  public boolean matches(ProducerSecret other) {
    return matches(other.first, other.last);
  }

  /** As {@link #matches(ProducerSecret)}, with the bits of a secret. */
  public boolean matches(long otherFirst, long otherLast) {
    return ((first ^ otherFirst) | (last ^ otherLast)) == 0;
  }

  @Override
  public String toString() {
    return "ProducerSecret[hidden]";
  }
}
