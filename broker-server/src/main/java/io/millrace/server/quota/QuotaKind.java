package io.millrace.server.quota;

import java.util.Locale;

/** What a quota can be for. Principals are to be the third kind. */
public enum QuotaKind {
  /** The name of a client, which it says itself. All its connections share the quota. */
  CLIENT,
  /** The source of events. */
  SOURCE;

  /** The kind in the configuration, in metrics and on the wire. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
