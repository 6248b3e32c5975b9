package io.millrace.server.audit;

import java.util.Locale;

/** What became of an audited operation. */
public enum AuditResult {
  /** It was carried out. */
  ALLOWED,
  /** The credential was refused, or no rule allows the operation. */
  DENIED,
  /** It was allowed, and failed for another reason. */
  FAILED;

  /** The name in lines and metrics, such as {@code denied}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
