package io.millrace.server.quota;

import io.millrace.server.settings.QuotaSettings;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The rates of a subject, in bytes per second.
 *
 * @param produce 0: unlimited
 * @param read 0: unlimited
 */
record QuotaRates(long produce, long read) {

  /** Takes each rate from the first entry that matches the name and sets the rate. */
  static QuotaRates of(String name, List<QuotaSettings.Entry> mostSpecificFirst) {
    List<QuotaSettings.Entry> matching =
        mostSpecificFirst.stream().filter(entry -> entry.matches(name)).toList();
    return new QuotaRates(
        first(matching, QuotaSettings.Entry::produce), first(matching, QuotaSettings.Entry::read));
  }

  private static long first(
      List<QuotaSettings.Entry> entries, Function<QuotaSettings.Entry, OptionalLong> rate) {
    return entries.stream()
        .map(rate)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .findFirst()
        .orElse(0);
  }

  boolean areUnlimited() {
    return produce == 0 && read == 0;
  }
}
