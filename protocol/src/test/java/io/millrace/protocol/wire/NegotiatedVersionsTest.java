package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiatedVersionsTest {

  private static final SupportedVersions NOTHING = SupportedVersions.of(List.of());

  @ParameterizedTest(name = "client {0} to {1}, broker {2} to {3}: {4}")
  @CsvSource({
    "1, 1, 1, 1, 1",
    "1, 1, 1, 2, 1",
    "1, 2, 1, 1, 1",
    "1, 2, 1, 2, 2",
    "2, 4, 1, 3, 3",
    "1, 3, 2, 4, 3",
    "3, 3, 1, 255, 3"
  })
  void takesTheHighestVersionThatBothSidesSupport(
      int clientMin, int clientMax, int brokerMin, int brokerMax, int expected) {
    NegotiatedVersions versions =
        NegotiatedVersions.between(ping(clientMin, clientMax), ping(brokerMin, brokerMax));

    assertThat(versions.of(Api.PING)).isEqualTo(expected);
  }

  @Test
  void eachApiHasAVersionOfItsOwn() {
    SupportedVersions client =
        SupportedVersions.of(List.of(range(Api.PING, 3), range(Api.CREDIT, 2)));
    SupportedVersions broker =
        SupportedVersions.of(List.of(range(Api.PING, 2), range(Api.CREDIT, 4)));

    NegotiatedVersions versions = NegotiatedVersions.between(client, broker);

    assertThat(versions.of(Api.PING)).isEqualTo(2);
    assertThat(versions.of(Api.CREDIT)).isEqualTo(2);
  }

  @Test
  void namesBothRangesWhenTheClientIsTooOld() {
    assertRefused(
        ping(1, 2),
        ping(3, 4),
        "the client supports PING versions 1 to 2, the broker supports versions 3 to 4;"
            + " upgrade the client");
  }

  @Test
  void namesBothRangesWhenTheBrokerIsTooOld() {
    assertRefused(
        ping(3, 3),
        ping(1, 2),
        "the client supports PING version 3, the broker supports versions 1 to 2;"
            + " upgrade the broker, or use an older client");
  }

  @Test
  void anApiThatTheBrokerDoesNotListHasNoVersion() {
    assertRefused(
        ping(1, 1),
        NOTHING,
        "the client supports PING version 1, the broker supports no version;"
            + " upgrade the broker, or use an older client");
  }

  private static void assertRefused(
      SupportedVersions client, SupportedVersions broker, String message) {
    NegotiatedVersions versions = NegotiatedVersions.between(client, broker);

    assertThatThrownBy(() -> versions.of(Api.PING))
        .hasMessage(message)
        .isInstanceOfSatisfying(
            WireException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION));
  }

  private static SupportedVersions ping(int min, int max) {
    return SupportedVersions.of(List.of(new ApiVersions(Api.PING.number(), min, max)));
  }

  private static ApiVersions range(Api api, int max) {
    return new ApiVersions(api.number(), 1, max);
  }
}
