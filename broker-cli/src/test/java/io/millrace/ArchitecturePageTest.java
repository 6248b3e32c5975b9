package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every class that {@code docs/architecture.md} and README name exists. */
class ArchitecturePageTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Names in camel case, at least two words: what a class of this project looks like. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("(?<![-\\w])[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b");

  /** Classes of the JDK and of the README's example. */
  private static final Set<String> OTHERS = Set.of("ServiceLoader", "CompletableFuture");

  private static final Set<String> WRITTEN_TO = Set.of("target", "data", "logs", ".git");

  @ParameterizedTest
  @ValueSource(strings = {"docs/architecture.md", "README.md"})
  void everyClassThatThePageNamesExists(String page) throws IOException {
    Set<String> sources = sources();
    assertThat(sources).hasSizeGreaterThan(300);
    Set<String> names = names(Files.readString(ROOT.resolve(page)));
    assertThat(names).isNotEmpty();
    names.removeAll(sources);
    names.removeAll(OTHERS);
    assertThat(names).as("names of classes that do not exist").isEmpty();
  }

  private static Set<String> names(String page) {
    return CLASS_NAME
        .matcher(page)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Without the directories that a build or a broker writes to while this test reads. */
  private static Set<String> sources() throws IOException {
    Set<String> sources = new HashSet<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return WRITTEN_TO.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (name.endsWith(".java")) {
              sources.add(name.substring(0, name.length() - ".java".length()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
