package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.settings.EffectiveSetting;
import io.millrace.server.settings.SettingValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The settings file of the distribution has the same settings and defaults as the code. */
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
  void theListOfAllSettingsHasTheOrderOfTheFileAndOfTheManual() throws IOException {
    SettingValues inFile = new SettingValues();
    YamlFile.read(CONFIG, inFile);
    List<String> rows =
        Files.readAllLines(MANUAL).stream()
            .filter(line -> inFile.textsInFile().keySet().stream().anyMatch(isIn(line)))
            .map(line -> line.split("`")[1])
            .toList();

    assertThat(ConfigLoader.effective(Optional.empty(), Map.of(), Map.of(), Map.of()))
        .extracting(EffectiveSetting::key)
        .containsExactlyElementsOf(inFile.textsInFile().keySet())
        .containsExactlyElementsOf(rows);
  }

  private static Predicate<String> isIn(String row) {
    return key -> row.startsWith("| `" + key + "` | ");
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
