package io.millrace.cli.command;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.millrace.protocol.FileReason;
import io.millrace.protocol.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The file of profiles: a YAML mapping from the name of a profile to its keys. Only its owner may
 * read and write it.
 *
 * <pre>
 *   default:
 *     server: broker.example:9710
 *     tls-ca: ca.pem
 *     token-file: token
 * </pre>
 */
final class ProfileFile {

  /** The keys of a profile. */
  static final List<String> KEYS =
      List.of(
          "server", "tls", "tls-ca", "tls-cert", "tls-key", "token-file", "user", "password-file");

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Path file;
  private final Map<String, Map<String, String>> profiles = new TreeMap<>();

  private ProfileFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if others may read or write it, if it cannot be read, or if it
   *     is not a file of profiles
   */
  static ProfileFile read(Path file) {
    ProfileFile profiles = new ProfileFile(file);
    YAMLFactory yaml =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try {
      profiles.requirePrivate();
      try (Reader reader = Files.newBufferedReader(file);
          JsonParser parser = yaml.createParser(reader)) {
        profiles.readAll(parser);
      }
    } catch (JsonProcessingException e) {
      throw profiles.wrong(
          "line " + e.getLocation().getLineNr() + " is not YAML, or repeats a name; check it", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the file of profiles " + file + " cannot be read: " + FileReason.of(e), e);
    }
    return profiles;
  }

  private void requirePrivate() throws IOException {
    if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
      return;
    }
    Set<PosixFilePermission> found = EnumSet.copyOf(OTHERS);
    found.retainAll(Files.getPosixFilePermissions(file));
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(
          "the file of profiles "
              + file
              + " may be used by others; run: chmod 600 "
              + Printable.line(file.toString()));
    }
  }

  private void readAll(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return;
    }
    require(parser, first == JsonToken.START_OBJECT, "names of profiles");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken begin = parser.nextToken();
      require(parser, begin == JsonToken.START_OBJECT, "the keys of profile '" + name + "'");
      profiles.put(name, readProfile(parser, name));
    }
  }

  private Map<String, String> readProfile(JsonParser parser, String name) throws IOException {
    Map<String, String> keys = new TreeMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (!KEYS.contains(key)) {
        throw wrong(
            "profile '" + name + "' has the unknown key '" + key + "'" + explain(key), null);
      }
      require(parser, parser.nextToken().isScalarValue(), "one value of '" + key + "'");
      keys.put(key, parser.getText());
    }
    return keys;
  }

  private static String explain(String key) {
    if (key.equals("password") || key.equals("token")) {
      return "; secrets are in files of their own: write " + key + "-file";
    }
    String suggestion = NearestName.suggestion(key, KEYS);
    return suggestion.isEmpty() ? "; the keys are " + String.join(", ", KEYS) : suggestion;
  }

  private void require(JsonParser parser, boolean fits, String expected) {
    if (!fits) {
      throw wrong(
          "line " + parser.currentTokenLocation().getLineNr() + ": expected " + expected, null);
    }
  }

  private IllegalArgumentException wrong(String problem, Throwable cause) {
    return new IllegalArgumentException("the file of profiles " + file + ": " + problem, cause);
  }

  /** Whether there is a profile of this name. */
  boolean has(String name) {
    return profiles.containsKey(name);
  }

  /**
   * Returns a profile.
   *
   * @throws IllegalArgumentException if there is none of this name, or one of its keys has a wrong
   *     value
   */
  ConnectionProfile profile(String name) {
    Map<String, String> keys = profiles.get(name);
    if (keys == null) {
      throw wrong(
          "there is no profile '"
              + name
              + "'"
              + (profiles.isEmpty()
                  ? "; the file has none"
                  : "; the profiles are " + String.join(", ", profiles.keySet())),
          null);
    }
    if (keys.containsKey("token-file") && keys.containsKey("user")) {
      throw wrong("profile '" + name + "' has both token-file and user; keep one of them", null);
    }
    if (!keys.getOrDefault("tls", "true").matches("true|false")) {
      throw wrong("profile '" + name + "': tls is true or false", null);
    }
    return new ConnectionProfile(
        Optional.ofNullable(keys.get("server")),
        keys.getOrDefault("tls", "false").equals("true"),
        path(keys, "tls-ca"),
        path(keys, "tls-cert"),
        path(keys, "tls-key"),
        path(keys, "token-file"),
        Optional.ofNullable(keys.get("user")),
        path(keys, "password-file"));
  }

  /** A path in the file. A relative one begins at the directory of the file. */
  private Optional<Path> path(Map<String, String> keys, String key) {
    return Optional.ofNullable(keys.get(key))
        .map(
            text ->
                text.startsWith("~/")
                    ? Path.of(System.getProperty("user.home"), text.substring(2))
                    : file.toAbsolutePath().resolveSibling(text));
  }
}
