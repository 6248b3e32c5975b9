package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.http.AllowedHosts;
import io.millrace.server.http.HttpListenerSettings;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.nativeprotocol.NativeListenerSettings;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.EffectiveSetting;
import io.millrace.server.settings.EnvironmentVariables;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SettingValues;
import io.millrace.server.settings.TlsMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {

  @TempDir Path directory;

  @Test
  void nothingSaidGivesTheDefaults() {
    ServerConfig config = ConfigLoader.load(Optional.empty(), Map.of(), Map.of());

    assertThat(config).isEqualTo(ServerConfig.defaults());
    assertThat(config.dataDir()).isEqualTo(Path.of("data"));
    assertThat(config.listeners()).containsEntry("native", nativeAt("127.0.0.1", 9710));
    assertThat(config.storage().flushInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.topics().retentionTime()).isEqualTo(Duration.ZERO);
    assertThat(config.limits().maxFrameBytes()).isEqualTo(4 * 1024 * 1024 + 64 * 1024);
  }

  @Test
  void theEnvironmentOverridesTheFileAndTheCommandLineBoth() {
    Path file =
        file("listen:\n  port: 1\n  host: file\nhttp:\n  port: 1\nstorage:\n  engine: memory\n");

    ServerConfig config =
        ConfigLoader.load(
            Optional.of(file),
            Map.of("MILLRACE_LISTEN_PORT", "2", "MILLRACE_HTTP_PORT", "2"),
            Map.of("listen.port", "3"));

    assertThat(config.listeners())
        .containsEntry("native", nativeAt("file", 3))
        .containsEntry("http", httpAt("127.0.0.1", 2));
    assertThat(config.storage().engineName()).isEqualTo("memory");
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithoutClassesOfTheJdk(@TempDir Path directory) {
    assertThatThrownBy(() -> ConfigLoader.load(Optional.of(directory), Map.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("the config file " + directory + " cannot be read: ")
        .hasMessageNotContaining("java.");
  }

  @Test
  void everySettingHasAVariable() {
    assertThat(EnvironmentVariables.variableOf("dataDir")).isEqualTo("MILLRACE_DATA_DIR");
    assertThat(EnvironmentVariables.variableOf("storage.flushInterval"))
        .isEqualTo("MILLRACE_STORAGE_FLUSH_INTERVAL");
    assertThat(EnvironmentVariables.variableOf("limits.maxInFlightBytesPerConnection"))
        .isEqualTo("MILLRACE_LIMITS_MAX_IN_FLIGHT_BYTES_PER_CONNECTION");
    SettingValues settings = new SettingValues();
    ServerConfig.from(settings, Providers.installed());
    assertThat(settings.defaults().keySet().stream().map(EnvironmentVariables::variableOf))
        .doesNotHaveDuplicates();
  }

  @Test
  void aSectionWithoutSettingsIsEmpty() {
    Path file = file("limits:\n  # maxTopics: 5\nlisten:\n  port: 7\n");

    assertThat(load(file).listeners()).containsEntry("native", nativeAt("127.0.0.1", 7));
  }

  @Test
  void anEmptyFileIsEmpty() {
    assertThat(load(file("# nothing\n"))).isEqualTo(ServerConfig.defaults());
  }

  @Test
  void anUnknownKeyInTheFileNamesItsLineAndTheNearestKey() {
    Path file = file("listen:\n  port: 9710\nstorage:\n  flushIntervall: 10ms\n");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            file
                + " line 4: unknown setting 'storage.flushIntervall';"
                + " did you mean 'storage.flushInterval'?");
  }

  @Test
  void theEffectiveSettingsNameTheirOrigins() {
    Path file = file("limits:\n  maxTopics: 7\n");

    assertThat(
            ConfigLoader.effective(
                Optional.of(file),
                Map.of("MILLRACE_LIMITS_MAX_PARTITIONS", "70"),
                Map.of("listen.port", "1", "http.port", "2"),
                Map.of("http.port", "--http-port")))
        .contains(
            new EffectiveSetting("limits.maxTopics", "7", file + " line 2"),
            new EffectiveSetting("limits.maxConnections", "1000", "default"),
            new EffectiveSetting("listen.port", "1", "command line listen.port=1"),
            new EffectiveSetting("http.port", "2", "command line --http-port 2"))
        .anySatisfy(
            setting -> {
              assertThat(setting.key()).isEqualTo("limits.maxPartitions");
              assertThat(setting.value()).isEqualTo("70");
              assertThat(setting.origin()).contains("MILLRACE_LIMITS_MAX_PARTITIONS");
            });
  }

  @Test
  void aSectionWithAValueNamesItsSettings() {
    Path file = file("listen: 5\n");

    assertThatThrownBy(() -> load(file))
        .hasMessage(
            file
                + " line 1: listen is '5'; it is a section with the settings listen.host,"
                + " listen.port, listen.tls");
  }

  @Test
  void aKeyWithoutItsSectionFindsItsFullName() {
    assertThatThrownBy(() -> flag("maxEventBytes", "1MiB"))
        .hasMessageContaining("did you mean 'limits.maxEventBytes'?");
  }

  @Test
  void anUnknownFlagIsNamed() {
    assertThatThrownBy(() -> flag("listen.prot", "1"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "command line listen.prot=1: unknown setting 'listen.prot';"
                + " did you mean 'listen.port'?");
  }

  @Test
  void anUnknownVariableOfASectionIsNamed() {
    assertThatThrownBy(
            () ->
                ConfigLoader.load(
                    Optional.empty(), Map.of("MILLRACE_STORAGE_FLUSHINTERVAL", "1s"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'MILLRACE_STORAGE_FLUSHINTERVAL'")
        .hasMessageContaining("did you mean 'MILLRACE_STORAGE_FLUSH_INTERVAL'?");
  }

  @ParameterizedTest
  @CsvSource({
    "MILLRACE_DATADIR, MILLRACE_DATA_DIR",
    "MILLRACE_LISTENPORT, MILLRACE_LISTEN_PORT",
  })
  void aVariableThatIsSimilarToASettingIsRefused(String variable, String meant) {
    assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), Map.of(variable, "1"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "environment: unknown setting '" + variable + "'; did you mean '" + meant + "'?");
  }

  @Test
  void otherPeoplesVariablesAreLeftAlone() {
    Map<String, String> environment =
        Map.of(
            "MILLRACE_SERVER", "localhost:9710",
            "MILLRACE_SERVICE_HOST", "10.0.0.1",
            "MILLRACE_HEAP", "1g",
            "MILLRACE_JAVA_OPTS", "-Xint",
            "MILLRACE_CDS", "off",
            "MILLRACE_HOME", "/opt");

    assertThat(ConfigLoader.load(Optional.empty(), environment, Map.of()))
        .isEqualTo(ServerConfig.defaults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MILLRACE_TLS_CA",
        "MILLRACE_TOKEN",
        "MILLRACE_TOKEN_FILE",
        "MILLRACE_USER",
        "MILLRACE_PASSWORD_FILE",
        "MILLRACE_PROFILE",
        "MILLRACE_PROFILES"
      })
  void variablesOfClientCommandsAreLeftAlone(String variable) {
    assertThat(ConfigLoader.load(Optional.empty(), Map.of(variable, "x"), Map.of()))
        .isEqualTo(ServerConfig.defaults());
  }

  @Test
  void whatAnOrchestratorTellsOfServicesIsLeftAlone() {
    Map<String, String> environment =
        Map.of(
            "MILLRACE_HTTP_SERVICE_HOST", "10.0.0.1",
            "MILLRACE_HTTP_SERVICE_PORT", "9711",
            "MILLRACE_HTTP_SERVICE_PORT_METRICS", "9711",
            "MILLRACE_HTTP_PORT", "tcp://10.0.0.1:9711",
            "MILLRACE_HTTP_PORT_9711_TCP", "tcp://10.0.0.1:9711",
            "MILLRACE_HTTP_PORT_9711_TCP_ADDR", "10.0.0.1");

    assertThat(ConfigLoader.load(Optional.empty(), environment, Map.of()))
        .isEqualTo(ServerConfig.defaults());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "listen.port | nine | listen.port is 'nine'; expected a whole number, such as 10",
        "listen.port | 65536 | listen.port is 65536; expected 0 to 65535",
        "http.enabled | yes | http.enabled is 'yes'; expected true or false",
        "storage.engine | disk | storage.engine is 'disk'; expected mapped or memory",
        "storage.flushInterval | 50 | is '50'; expected a duration, such as 10s",
        "storage.segmentBytes | 1KiB | storage.segmentBytes is 1KiB; expected 64KiB to 1GiB",
        "limits.maxEventBytes | 1MB | is '1MB'; expected a size, such as 4MiB",
        "limits.maxEventBytes | 100MiB | limits.maxEventBytes is 100MiB; expected 1B to 65408KiB",
        "limits.maxBatchBytes | 1MiB | expected at least limits.maxEventBytes + 64KiB, which is 1088KiB",
        "topics.partitions | 2000 | topics.partitions is 2000; expected 1 to 1024",
        "topics.retentionTime | forever | expected a duration, such as 7d, or unlimited",
        "topics.retentionBytes | -1 | expected a size, such as 10GiB, or unlimited",
        "topics.retentionTime | 0s | expected a duration, such as 7d, or unlimited",
        "topics.retentionTime | 36501d | topics.retentionTime is 36501d; expected 0",
        "topics.retentionBytes | 0B | expected a size, such as 10GiB, or unlimited",
        "listen.host | '' | listen.host is empty",
        "dataDir | '' | dataDir is ''; expected a directory",
        "dataDir | ' ' | dataDir is ' '; expected a directory",
      })
  void aWrongValueIsNamedWithItsPlaceAndWhatIsExpected(String key, String value, String message) {
    assertThatThrownBy(() -> flag(key, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("command line " + key + "=")
        .hasMessageContaining(message);
  }

  @Test
  void aListIsNoValue() {
    Path file = file("listen:\n  port: [1, 2]\n");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + " line 2: listen.port is a list; expected one value");
  }

  @Test
  void aKeyWithoutAValueIsNamed() {
    Path file = file("listen:\n  port:\n");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            file + " line 2: listen.port has no value; expected a whole number, such as 10");
  }

  @Test
  void aKeySaidTwiceIsRefused() {
    Path file = file("dataDir: a\ndataDir: b\n");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("dataDir");
  }

  @Test
  void aFileThatIsNoYamlIsRefusedWithItsLine() {
    Path file = file("listen:\n  port: 1\n }{\n");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + " line 3: ")
        .hasMessageEndingWith("; config/broker.yaml shows the form of the file")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"listen:\n\tport: 1\n", "listen:\n  port:\t1\n", "dataDir: x\n\t- y\n"})
  void aTabIsNamedWithItsLineAndTheFix(String yaml) {
    Path file = file(yaml);

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            file + " line 2: a TAB is where YAML allows only spaces; replace it with spaces");
  }

  @Test
  void aFileThatIsNotUtf8IsNamed() throws IOException {
    Path file = Files.write(directory.resolve("latin1.yaml"), new byte[] {'a', ':', (byte) 0xE9});

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage("the config file " + file + " is not UTF-8 text; save it as UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.1, localhost",
    "0.0.0.0, 127.0.0.1",
    "127.0.0.1, ::",
    "broker.example, Broker.Example",
  })
  void listenersWithTheSamePortAreRefused(String nativeHost, String httpHost) {
    Path file = file("http:\n  port: 9000\n");
    Map<String, String> options =
        Map.of("listen.host", nativeHost, "listen.port", "9000", "http.host", httpHost);

    assertThatThrownBy(() -> ConfigLoader.load(Optional.of(file), Map.of(), options))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(" is 9000, and ")
        .hasMessageContaining("listen.port")
        .hasMessageContaining("http.port")
        .hasMessageEndingWith(" is too; each listener needs its own port, so change one of them");
  }

  @Test
  void aPortThatIsTheDefaultOfAnotherListenerIsNamedWithItsOrigin() {
    assertThatThrownBy(() -> flag("listen.port", "9711"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "command line listen.port=9711: listen.port is 9711, and http.port is too; each listener"
                + " needs its own port, so change one of them");
    assertThatThrownBy(() -> flag("http.port", "9710"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("command line http.port=9710: http.port is 9710, and listen.port");
  }

  @Test
  void listenersMayHaveOnePortOnTwoHostsOrChooseAnyPortOrBeDisabled() {
    Map<String, String> twoHosts =
        Map.of("listen.host", "127.0.0.2", "listen.port", "9000", "http.port", "9000");
    assertThat(ConfigLoader.load(Optional.empty(), Map.of(), twoHosts).listeners()).hasSize(2);
    Map<String, String> anyPort = Map.of("listen.port", "0", "http.port", "0");
    assertThat(ConfigLoader.load(Optional.empty(), Map.of(), anyPort).listeners()).hasSize(2);
    Map<String, String> disabled = Map.of("listen.port", "9711", "http.enabled", "false");
    assertThat(ConfigLoader.load(Optional.empty(), Map.of(), disabled).listeners()).hasSize(1);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = directory.resolve("nowhere.yaml");

    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage("the config file " + file + " does not exist");
  }

  private static ListenerSettings nativeAt(String host, int port) {
    return new NativeListenerSettings(new ListenAddress("listen", host, port), TlsMode.AUTO);
  }

  private static ListenerSettings httpAt(String host, int port) {
    return new HttpListenerSettings(
        new ListenAddress("http", host, port),
        TlsMode.AUTO,
        Duration.ofSeconds(10),
        AllowedHosts.of("localhost", host));
  }

  private ServerConfig load(Path file) {
    return ConfigLoader.load(Optional.of(file), Map.of(), Map.of());
  }

  private static ServerConfig flag(String key, String value) {
    return ConfigLoader.load(Optional.empty(), Map.of(), Map.of(key, value));
  }

  private Path file(String yaml) {
    try {
      return Files.writeString(directory.resolve("broker.yaml"), yaml);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
