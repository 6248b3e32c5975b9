package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.settings.SettingValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The file that users copy from says what the code does. */
class BrokerYamlTest {

  private static final Path CONFIG = Path.of("..", "config", "broker.yaml");
  private static final Path MANUAL = Path.of("..", "docs", "operations.md");

  @Test
  void holdsEverySettingWithItsDefaultAndNoOther() {
    SettingValues inFile = new SettingValues();
    YamlFile.read(CONFIG, inFile);
    SettingValues inCode = new SettingValues();
    ServerConfig.from(inCode, Providers.installed());

    assertThat(new TreeMap<>(inFile.textsInFile())).isEqualTo(new TreeMap<>(inCode.defaults()));
  }

  @Test
  void loadsToTheDefaults() {
    assertThat(ConfigLoader.load(Optional.of(CONFIG), Map.of(), Map.of()))
        .isEqualTo(ServerConfig.defaults());
  }

  @Test
  void theManualListsEverySettingWithItsDefault() throws IOException {
    List<String> manual = Files.readAllLines(MANUAL);
    SettingValues inCode = new SettingValues();
    ServerConfig.from(inCode, Providers.installed());

    inCode
        .defaults()
        .forEach(
            (key, text) ->
                assertThat(manual)
                    .as("a row for %s", key)
                    .anyMatch(line -> line.startsWith("| `" + key + "` | `" + text + "` |")));
  }
}
