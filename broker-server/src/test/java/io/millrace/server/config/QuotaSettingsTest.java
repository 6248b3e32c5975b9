package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.QuotaSettings;
import io.millrace.server.settings.QuotaSettings.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code quotas}. */
class QuotaSettingsTest {

  @TempDir Path directory;

  private QuotaSettings load(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("broker.yaml"), yaml);
    return ConfigLoader.load(Optional.of(file), Map.of(), Map.of()).quotas();
  }

  @Test
  void thereAreNoneByDefault() {
    assertThat(ServerConfig.defaults().quotas().isEmpty()).isTrue();
  }

  @Test
  void namesAndPatternsAreReadTheMostSpecificFirst() throws IOException {
    QuotaSettings quotas =
        load(
            """
            quotas:
              client:
                "*":
                  produceBytesPerSecond: 10MiB
                billing.eu:
                  produceBytesPerSecond: unlimited
                  readBytesPerSecond: 2MiB
                "billing*":
                  readBytesPerSecond: 5000
              source:
                vehicle-17:
                  produceBytesPerSecond: 64KiB
            """);
    assertThat(quotas.clients())
        .containsExactly(
            new Entry("billing.eu", OptionalLong.of(0), OptionalLong.of(2 << 20)),
            new Entry("billing*", OptionalLong.empty(), OptionalLong.of(5000)),
            new Entry("*", OptionalLong.of(10 << 20), OptionalLong.of(0)));
    assertThat(quotas.sources())
        .containsExactly(
            new Entry("vehicle-17", OptionalLong.of(64 << 10), OptionalLong.empty()),
            new Entry("*", OptionalLong.of(0), OptionalLong.empty()));
    assertThat(quotas.isEmpty()).isFalse();
  }

  @Test
  void theCommandLineSetsThemToo() {
    Map<String, String> options = Map.of("quotas.client.a.b.produceBytesPerSecond", "1MiB");
    assertThat(ConfigLoader.load(Optional.empty(), Map.of(), options).quotas().clients())
        .contains(new Entry("a.b", OptionalLong.of(1 << 20), OptionalLong.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | expected a size, such as 10GiB, or unlimited",
        "0MiB | expected a size, such as 10GiB, or unlimited",
        "-1 | expected a size, such as 10GiB, or unlimited",
        "-1MiB | expected a size, such as 10GiB, or unlimited",
        "1MB | expected a size, such as 10GiB, or unlimited",
        "1MiB/s | expected a size, such as 10GiB, or unlimited",
        "fast | expected a size, such as 10GiB, or unlimited",
        "1.5MiB | expected a size, such as 10GiB, or unlimited",
        "1023 | expected 1KiB to 1TiB",
        "2TiB | expected 1KiB to 1TiB",
        "99999999999999TiB | expected a size, such as 10GiB, or unlimited"
      })
  void aWrongRateIsRefusedWithItsPlace(String text, String expected) {
    assertThatThrownBy(
            () -> load("quotas:\n  client:\n    a:\n      readBytesPerSecond: '" + text + "'\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("broker.yaml line 4: quotas.client.a.readBytesPerSecond is ")
        .hasMessageEndingWith(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "client.a.produceBytes | unknown setting 'quotas.client.a.produceBytes'",
        "source.a.readBytesPerSecond | unknown setting 'quotas.source.a.readBytesPerSecond'",
        "clients.a.produceBytesPerSecond | unknown setting 'quotas.clients.a.produce",
        "client.produceBytesPerSecond | unknown setting 'quotas.client.produceBytesPerSecond'",
        "client.a*b.produceBytesPerSecond | the name 'a*b' has a * that is not at its end",
        "client.**.produceBytesPerSecond | the name '**' has a * that is not at its end"
      })
  void aWrongKeyIsRefused(String key, String expected) {
    Map<String, String> options = Map.of("quotas." + key, "1MiB");
    assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), Map.of(), options))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void aNameLongerThanAnyClientHasIsRefused() {
    String key = "quotas.client." + "x".repeat(256) + ".produceBytesPerSecond";
    assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), Map.of(), Map.of(key, "1MiB")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("the name has 256 bytes of UTF-8; no name has more than 255");
  }

  @Test
  void aVariableCannotNameAClient() {
    Map<String, String> environment =
        Map.of("MILLRACE_QUOTAS_CLIENT_BILLING_PRODUCE_BYTES_PER_SECOND", "1MiB");
    assertThatThrownBy(() -> ConfigLoader.load(Optional.empty(), environment, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown setting 'MILLRACE_QUOTAS_CLIENT_BILLING_PRODUCE_BYTES");
  }
}
