package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every class that {@code docs/architecture.md} and README name exists. */
class ArchitecturePageTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Names in camel case, at least two words: what a class of this project looks like. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("(?<![-\\w])[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b");

  /** Classes of the JDK and of the README's example. */
  private static final Set<String> OTHERS = Set.of("ServiceLoader", "CompletableFuture");

  @Test
  void everyClassThatThePagesNameExists() throws IOException {
    Set<String> sources = sources();
    assertThat(sources).hasSizeGreaterThan(300);
    for (String page : new String[] {"docs/architecture.md", "README.md"}) {
      Set<String> names = names(Files.readString(ROOT.resolve(page)));
      assertThat(names).as(page).isNotEmpty();
      names.removeAll(sources);
      names.removeAll(OTHERS);
      assertThat(names).as("names in %s of classes that do not exist", page).isEmpty();
    }
  }

  private static Set<String> names(String page) {
    return CLASS_NAME
        .matcher(page)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }
}
