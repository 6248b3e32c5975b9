package io.millrace.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.millrace.protocol.FileReason;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.SettingValues;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a YAML file of nested mappings as settings with dotted keys. */
final class YamlFile {

  private final Path path;
  private final SettingValues settings;

  private YamlFile(Path path, SettingValues settings) {
    this.path = path;
    this.settings = settings;
  }

  /**
   * Adds every setting of the file.
   *
   * @throws ConfigException if the file cannot be read or is not a YAML mapping
   */
  static void read(Path path, SettingValues settings) {
    YAMLFactory yaml =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (Reader reader = Files.newBufferedReader(path);
        JsonParser parser = yaml.createParser(reader)) {
      new YamlFile(path, settings).readDocument(parser);
    } catch (NoSuchFileException e) {
      throw new ConfigException(null, "the config file " + path + " does not exist", e);
    } catch (IOException e) {
      throw new ConfigException(null, problem(path, e), e);
    }
  }

  private static String problem(Path path, IOException failure) {
    IOException unread = readFailure(failure);
    if (unread == null) {
      return path + " " + YamlProblem.of((JsonProcessingException) failure);
    }
    return unread instanceof CharacterCodingException
        ? "the config file " + path + " is not UTF-8 text; save it as UTF-8"
        : "the config file " + path + " cannot be read: " + FileReason.of(unread);
  }

  /** Why the file could not be read, which the parser wraps; null if its text is at fault. */
  private static IOException readFailure(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof IOException cause && !(cause instanceof JsonProcessingException)) {
        return cause;
      }
    }
    return null;
  }

  private void readDocument(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return;
    }
    if (first != JsonToken.START_OBJECT) {
      throw notExpected(parser, "the file", "is not a mapping of settings");
    }
    readMapping(parser, "");
  }

  private void readMapping(JsonParser parser, String prefix) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = prefix + parser.currentName();
      String where = path + " line " + parser.currentTokenLocation().getLineNr();
      JsonToken value = parser.nextToken();
      switch (value) {
        case START_OBJECT -> readMapping(parser, key + ".");
        case START_ARRAY -> throw notExpected(parser, key, "is a list; expected one value");
        case VALUE_NULL -> settings.putInFile(key, null, where);
        default ->
            settings.putInFile(key, parser.getText().isEmpty() ? null : parser.getText(), where);
      }
    }
  }

  private ConfigException notExpected(JsonParser parser, String key, String problem) {
    int line = parser.currentTokenLocation().getLineNr();
    return new ConfigException(key, path + " line " + line + ": " + key + " " + problem);
  }
}
