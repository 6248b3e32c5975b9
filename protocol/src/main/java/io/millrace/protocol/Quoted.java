package io.millrace.protocol;

/** Text from outside as messages show it: in quotes, printable, on one short line. */
public final class Quoted {

  private static final int SHOWN_CHARS = 60;

  private Quoted() {}

  public static String text(String text) {
    if (text.length() <= SHOWN_CHARS) {
      return "'" + printable(text) + "'";
    }
    return "'" + printable(text.substring(0, SHOWN_CHARS)) + "...' (" + text.length() + " chars)";
  }

  /**
   * A value for a log line of key=value pairs: in double quotes, on one line. Quotes and
   * backslashes in the text are escaped, so that it cannot end the value and begin another pair.
   */
  public static String logValue(String text) {
    return '"' + printable(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return shown.toString();
  }
}
