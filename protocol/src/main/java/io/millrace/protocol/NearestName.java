package io.millrace.protocol;

import java.util.Locale;
import java.util.Optional;

/**
 * Finds the known name that is most similar to an unknown one, for error messages. The distance is
 * Levenshtein's (1966), the fewest characters inserted, removed or replaced, and two neighbours
 * that are exchanged count as one, as Damerau (1964) has it.
 */
public final class NearestName {

  private NearestName() {}

  /**
   * The known name with the smallest distance, ignoring case; empty when every distance is too
   * large. Names of up to five characters may differ in one character: in "nope", two of four would
   * find "copy". Longer names may differ in a third of their characters, and at most four.
   */
  public static Optional<String> of(String name, Iterable<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int allowed = Math.min(4, Math.max(1, wanted.length() / 3));
    String nearest = null;
    int best = allowed + 1;
    for (String candidate : known) {
      if (Math.abs(candidate.length() - wanted.length()) >= best) {
        continue;
      }
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** The end of an error message: {@code ; did you mean 'x'?}, or an empty text. */
  public static String suggestion(String name, Iterable<String> known) {
    return suggestion(name, known, "");
  }

  /**
   * As {@link #suggestion(String, Iterable)}.
   *
   * @param otherwise the end of the message if no known name is similar
   */
  public static String suggestion(String name, Iterable<String> known, String otherwise) {
    return of(name, known).map(NearestName::question).orElse(otherwise);
  }

  /** The end of an error message that asks for a known name: {@code ; did you mean 'x'?}. */
  public static String question(String known) {
    return "; did you mean '" + known + "'?";
  }

  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] oldest = beforeLast;
      beforeLast = last;
      last = row;
      row = oldest;
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
    }
    return row[b.length()];
  }
}
