package io.millrace.cli.command;

import java.util.Locale;

/** A number with its noun, as the commands print it: {@code 1 event}, {@code 12,345 events}. */
public final class Plural {

  private Plural() {}

  /**
   * The number and the noun, in the singular for 1 and in the plural for every other number.
   *
   * @param noun the singular of a noun whose plural ends in {@code s}, or in {@code es} after
   *     {@code ch}
   */
  public static String of(long number, String noun) {
    String ending = number == 1 ? "" : noun.endsWith("ch") ? "es" : "s";
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, ending);
  }
}
