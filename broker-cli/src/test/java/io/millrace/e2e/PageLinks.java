package io.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The relative links of the Markdown pages below a directory. */
final class PageLinks {

  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");

  private static final Pattern TARGET = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  private PageLinks() {}

  static Stream<Path> pages(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".md")).toList().stream();
    }
  }

  /** The links to a file that is missing, or to a heading that its page does not have. */
  static List<String> broken(Path root) throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages(root).toList()) {
      String text = CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
      for (String target : TARGET.matcher(text).results().map(match -> match.group(1)).toList()) {
        if (!target.contains("://") && !resolves(page, target)) {
          broken.add(root.relativize(page) + ": " + target);
        }
      }
    }
    return broken;
  }

  private static boolean resolves(Path page, String target) throws IOException {
    int hash = target.indexOf('#');
    String name = hash < 0 ? target : target.substring(0, hash);
    Path file = name.isEmpty() ? page : page.resolveSibling(name);
    if (hash < 0) {
      return Files.exists(file);
    }
    return Files.isRegularFile(file) && anchors(file).contains(target.substring(hash + 1));
  }

  /** As GitHub makes them: lower case, without punctuation, with a hyphen for each space. */
  private static List<String> anchors(Path page) throws IOException {
    String text = CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    return HEADING
        .matcher(text)
        .results()
        .map((MatchResult heading) -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }
}
