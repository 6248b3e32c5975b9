package io.millrace.filter;

/**
 * Finds a constant text in bytes, in time that is linear in both, however often a part of the text
 * occurs (Knuth, Morris, Pratt 1977). Immutable.
 */
final class TextSearch {

  private final byte[] wanted;

  /** For each length of a matched prefix, the longest shorter prefix that also ends there. */
  private final int[] shorter;

  TextSearch(byte[] wanted) {
    this.wanted = wanted;
    this.shorter = new int[wanted.length + 1];
    int prefix = 0;
    for (int i = 1; i < wanted.length; i++) {
      while (prefix > 0 && wanted[prefix] != wanted[i]) {
        prefix = shorter[prefix];
      }
      prefix += wanted[prefix] == wanted[i] ? 1 : 0;
      shorter[i + 1] = prefix;
    }
  }

  /** Whether the text is somewhere in {@code [from, to)}. */
  boolean isIn(byte[] bytes, int from, int to) {
    if (wanted.length == 0) {
      return true;
    }
    int matched = 0;
    for (int i = from; i < to; i++) {
      byte next = bytes[i];
      while (matched > 0 && wanted[matched] != next) {
        matched = shorter[matched];
      }
      if (wanted[matched] == next && ++matched == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
