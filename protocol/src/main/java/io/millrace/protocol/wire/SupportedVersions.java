package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The range of versions that one side of a connection supports, for each api. Immutable. */
public final class SupportedVersions {

  private static final SupportedVersions OF_THIS_BUILD =
      of(
          Arrays.stream(Api.values())
              .map(api -> new ApiVersions(api.number(), api.minVersion(), api.maxVersion()))
              .toList());

  /** By ordinal of the api; null for an api without a supported version. */
  private final ApiVersions[] ranges = new ApiVersions[Api.values().length];

  private SupportedVersions() {}

  /** The ranges in the table of apis. */
  public static SupportedVersions ofThisBuild() {
    return OF_THIS_BUILD;
  }

  /**
   * The ranges that a response to HELLO lists. Skips apis that this build does not know. If an api
   * is listed twice, its last range counts.
   */
  public static SupportedVersions of(List<ApiVersions> listed) {
    SupportedVersions supported = new SupportedVersions();
    for (ApiVersions range : listed) {
      Api api = Api.find(range.api());
      if (api != null) {
        supported.ranges[api.ordinal()] = range;
      }
    }
    return supported;
  }

  /** The ranges as a response to HELLO lists them, in the order of the table of apis. */
  public List<ApiVersions> toList() {
    return Arrays.stream(ranges).filter(Objects::nonNull).toList();
  }

  /**
   * The highest version of a range.
   *
   * @return 0 for an api without a supported version
   */
  public int max(Api api) {
    ApiVersions range = ranges[api.ordinal()];
    return range == null ? 0 : range.maxVersion();
  }

  /**
   * The api and the version of a frame, if they are supported.
   *
   * @throws WireException {@code UNKNOWN_API} or {@code UNSUPPORTED_VERSION}
   */
  Api require(FrameHeader header) {
    Api api = Api.of(header);
    ApiVersions range = ranges[api.ordinal()];
    if (range == null) {
      throw Api.unknown(header);
    }
    if (header.version() < range.minVersion() || header.version() > range.maxVersion()) {
      throw new WireException(
          ErrorCode.UNSUPPORTED_VERSION,
          api
              + " version "
              + header.version()
              + " is not supported; supported are "
              + range.minVersion()
              + " to "
              + range.maxVersion()
              + "; use a version that the response to HELLO lists");
    }
    return api;
  }

  /** The lowest version of a range; 0 for an api without a supported version. */
  int min(Api api) {
    ApiVersions range = ranges[api.ordinal()];
    return range == null ? 0 : range.minVersion();
  }

  /** The range in words: {@code version 1}, {@code versions 1 to 3} or {@code no version}. */
  String describe(Api api) {
    ApiVersions range = ranges[api.ordinal()];
    if (range == null) {
      return "no version";
    }
    return range.minVersion() == range.maxVersion()
        ? "version " + range.minVersion()
        : "versions " + range.minVersion() + " to " + range.maxVersion();
  }
}
