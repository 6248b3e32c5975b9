package io.millrace.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupportedVersionsTest {

  private static final int UNKNOWN_API = 63;

  @Test
  void thisBuildSupportsTheTableOfApis() {
    assertThat(SupportedVersions.ofThisBuild().toList())
        .isEqualTo(
            Arrays.stream(Api.values())
                .map(api -> new ApiVersions(api.number(), api.minVersion(), api.maxVersion()))
                .toList());
  }

  /** A client may send it without knowledge of the broker. */
  @Test
  void firstVersionOfHelloIsAlwaysSupported() {
    assertThat(Api.HELLO.minVersion()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "DELIVER, SUBSCRIBE",
    "SUBSCRIPTION_ENDED, SUBSCRIBE",
    "GO_AWAY, HELLO",
    "THROTTLED, PRODUCE"
  })
  void pushHasTheVersionsOfTheRequestThatLeadsToIt(Api push, Api request) {
    assertThat(push.isPush()).isTrue();
    assertThat(push.minVersion()).isEqualTo(request.minVersion());
    assertThat(push.maxVersion()).isEqualTo(request.maxVersion());
  }

  @Test
  void skipsApisThatThisBuildDoesNotKnow() {
    ApiVersions ping = new ApiVersions(Api.PING.number(), 2, 5);

    SupportedVersions supported =
        SupportedVersions.of(
            List.of(new ApiVersions(UNKNOWN_API, 1, 1), ping, new ApiVersions(65_535, 1, 1)));

    assertThat(supported.toList()).containsExactly(ping);
    assertThat(supported.max(Api.PING)).isEqualTo(5);
    assertThat(supported.max(Api.PRODUCE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void acceptsEachVersionOfTheRange(int version) {
    assertThat(ping(2, 5).require(request(Api.PING, version))).isEqualTo(Api.PING);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 255})
  void refusesEveryOtherVersionWithTheRange(int version) {
    SupportedVersions supported = ping(2, 5);

    assertThatThrownBy(() -> supported.require(request(Api.PING, version)))
        .hasMessage(
            "PING version "
                + version
                + " is not supported; supported are 2 to 5; use a version that the response to"
                + " HELLO lists")
        .isInstanceOfSatisfying(
            WireException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION));
  }

  @Test
  void refusesAnApiThatIsNotListed() {
    SupportedVersions supported = ping(1, 1);

    assertThatThrownBy(() -> supported.require(request(Api.PRODUCE, 1)))
        .hasMessageContaining("there is no request with api number 8")
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_API));
  }

  private static SupportedVersions ping(int min, int max) {
    return SupportedVersions.of(List.of(new ApiVersions(Api.PING.number(), min, max)));
  }

  private static FrameHeader request(Api api, int version) {
    return new FrameHeader(FrameKind.REQUEST, version, api.number(), 1);
  }
}
