package io.millrace.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/**
 * The known name that a mistyped one most likely meant: the least edit distance (Levenshtein,
 * 1966), to the whole name or to what stands after its last dot.
 */
final class NearestName {

  private NearestName() {}

  static String of(String name, Collection<String> known) {
    String typed = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(
            Comparator.comparingInt(
                candidate -> distance(typed, candidate.toLowerCase(Locale.ROOT))))
        .orElseThrow();
  }

  private static int distance(String typed, String candidate) {
    int whole = editDistance(typed, candidate);
    int leaf = editDistance(lastPart(typed), lastPart(candidate));
    return Math.min(whole, leaf + 1);
  }

  private static String lastPart(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
