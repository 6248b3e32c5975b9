package io.millrace.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
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
    } catch (JsonProcessingException e) {
      String problem =
          isUtf8(e)
              ? path + " " + YamlProblem.of(e)
              : "the config file " + path + " is not UTF-8 text; save it as UTF-8";
      throw new ConfigException(null, problem, e);
    } catch (IOException e) {
      throw new ConfigException(null, "the config file " + path + " cannot be read: " + e, e);
    }
  }

  /** False if the parser failed because the bytes are not UTF-8. */
  private static boolean isUtf8(Throwable failure) {
    return failure == null
        || (!(failure instanceof CharacterCodingException) && isUtf8(failure.getCause()));
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
