package io.millrace.security;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The sources of the events that a principal may append to a topic. A source must match a pattern
 * of every list: the rules of the principal are one, and the limit of its token is another one.
 * Immutable.
 */
public final class AllowedSources {

  /** Every source. */
  public static final AllowedSources ANY = new AllowedSources(List.of());

  /** The most patterns in a message. */
  private static final int SHOWN = 5;

  private final List<Patterns> all;

  private record Patterns(Set<String> names, String[] prefixes) {

    static Patterns of(Collection<Permission> permissions, Principal principal) {
      Set<String> names = new HashSet<>();
      Set<String> prefixes = new TreeSet<>();
      for (Permission permission : permissions) {
        NamePattern source = permission.source().orElseThrow();
        if (source.isPrefix()) {
          prefixes.add(source.text());
        } else if (source.text().equals(PermissionText.PRINCIPAL)) {
          names.add(principal.name());
        } else {
          names.add(source.text());
        }
      }
      return new Patterns(names, prefixes.toArray(String[]::new));
    }

    boolean match(String source) {
      return names.contains(source) || Arrays.stream(prefixes).anyMatch(source::startsWith);
    }

    Stream<String> texts() {
      return Stream.concat(
          names.stream().sorted(), Arrays.stream(prefixes).map(prefix -> prefix + "*"));
    }

    String text() {
      List<String> shown = texts().limit(SHOWN).map(text -> "'" + text + "'").toList();
      int others = names.size() + prefixes.length - shown.size();
      return String.join(", ", shown) + (others > 0 ? " and " + others + " more" : "");
    }
  }

  private AllowedSources(List<Patterns> all) {
    this.all = all;
  }

  /** The sources of some permissions to write, which all have a source. No permission: none. */
  static AllowedSources of(Collection<Permission> permissions, Principal principal) {
    return new AllowedSources(List.of(Patterns.of(permissions, principal)));
  }

  /** The sources that both allow. */
  AllowedSources and(AllowedSources other) {
    return new AllowedSources(Stream.concat(all.stream(), other.all.stream()).toList());
  }

  /** Whether every source is allowed. */
  public boolean isAny() {
    return all.isEmpty();
  }

  /** Whether events of the source are allowed. */
  public boolean allows(String source) {
    for (Patterns patterns : all) {
      if (!patterns.match(source)) {
        return false;
      }
    }
    return true;
  }

  /** The patterns as a message shows them, such as {@code 'vehicle-17', 'truck-*'}. */
  public String text() {
    return isAny()
        ? "any"
        : all.stream().map(Patterns::text).reduce((a, b) -> a + ", and of these " + b).orElse("");
  }
}
