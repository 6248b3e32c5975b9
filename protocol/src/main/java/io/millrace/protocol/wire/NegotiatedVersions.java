package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * The version of each api that a client uses on one connection: the highest version that both sides
 * support. Computed once, from the response to HELLO. Immutable.
 */
public final class NegotiatedVersions {

  /** Stands for an api without a common version. */
  private static final int NONE = 0;

  private final SupportedVersions client;
  private final SupportedVersions broker;

  /** By ordinal of the api. */
  private final int[] versions = new int[Api.values().length];

  private NegotiatedVersions(SupportedVersions client, SupportedVersions broker) {
    this.client = client;
    this.broker = broker;
  }

  /** Takes the highest common version of each api. */
  public static NegotiatedVersions between(SupportedVersions client, SupportedVersions broker) {
    NegotiatedVersions negotiated = new NegotiatedVersions(client, broker);
    for (Api api : Api.values()) {
      int highest = Math.min(client.max(api), broker.max(api));
      int lowest = Math.max(client.min(api), broker.min(api));
      negotiated.versions[api.ordinal()] = highest < lowest ? NONE : highest;
    }
    return negotiated;
  }

  /**
   * The version of an api.
   *
   * @throws WireException {@code UNSUPPORTED_VERSION} if the two sides have no version in common;
   *     the message names both ranges and the side to upgrade
   */
  public int of(Api api) {
    int version = versions[api.ordinal()];
    if (version == NONE) {
      throw new WireException(ErrorCode.UNSUPPORTED_VERSION, mismatch(api));
    }
    return version;
  }

  private String mismatch(Api api) {
    return "the client supports "
        + api
        + " "
        + client.describe(api)
        + ", the broker supports "
        + broker.describe(api)
        + "; "
        + (client.max(api) < broker.min(api)
            ? "upgrade the client"
            : "upgrade the broker, or use an older client");
  }
}
