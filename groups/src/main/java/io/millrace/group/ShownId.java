package io.millrace.group;

/**
 * What others may see of the id of a member, or of a session. Who knows the whole id can act for
 * its owner; the first characters tell owners apart.
 */
public final class ShownId {

  private static final int SHOWN_CHARS = 8;

  private ShownId() {}

  /** The first {@value #SHOWN_CHARS} characters of an id; a shorter one as it is. */
  public static String of(String id) {
    return id.codePointCount(0, id.length()) <= SHOWN_CHARS
        ? id
        : id.substring(0, id.offsetByCodePoints(0, SHOWN_CHARS));
  }
}
