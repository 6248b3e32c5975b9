package io.millrace.server.security.oidc;

import io.millrace.protocol.EpochMicros;
import io.millrace.security.InvalidTextException;
import io.millrace.security.RoleName;
import io.millrace.security.UserName;
import io.millrace.server.authentication.BearerLogin;
import io.millrace.server.settings.OidcSettings;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the claims of a token whose signature is valid. Immutable; any thread. */
final class JwtClaims {

  private static final int MAX_ROLES = 100;

  /** The year 9999: a later time is a mistake, such as milliseconds in place of seconds. */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(253_402_300_799L);

  private static final int MAX_SCALE = 20;

  private final OidcSettings settings;

  JwtClaims(OidcSettings settings) {
    this.settings = settings;
  }

  BearerLogin.Verified check(Map<String, Object> claims, Instant now) throws JwtRefusedException {
    if (!settings.issuer().equals(JwtParts.text(claims, "iss"))) {
      throw new JwtRefusedException("iss is not security.oidc.issuer");
    }
    requireAudience(claims.get("aud"));
    Instant expiresAt = time(claims, "exp");
    if (expiresAt == null) {
      throw new JwtRefusedException("exp is missing");
    }
    if (!now.isBefore(expiresAt.plus(settings.clockSkew()))) {
      throw new JwtRefusedException("expired at " + expiresAt);
    }
    Instant notBefore = time(claims, "nbf");
    if (notBefore != null && now.isBefore(notBefore.minus(settings.clockSkew()))) {
      throw new JwtRefusedException("is not valid before " + notBefore);
    }
    return new BearerLogin.Verified(principal(claims), roles(claims), EpochMicros.of(expiresAt));
  }

  private void requireAudience(Object audience) throws JwtRefusedException {
    boolean isForUs =
        audience instanceof List<?> list
            ? list.contains(settings.audience())
            : settings.audience().equals(audience);
    if (!isForUs) {
      throw new JwtRefusedException("aud does not have security.oidc.audience");
    }
  }

  /** Null if the claim is missing. */
  private static Instant time(Map<String, Object> claims, String name) throws JwtRefusedException {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof BigDecimal seconds
        && Math.abs(seconds.scale()) <= MAX_SCALE // else a conversion takes long
        && seconds.signum() >= 0
        && seconds.compareTo(MAX_SECONDS) <= 0) {
      return Instant.ofEpochSecond(seconds.longValue());
    }
    throw new JwtRefusedException(name + " is not a time in seconds");
  }

  private String principal(Map<String, Object> claims) throws JwtRefusedException {
    String claim = settings.principalClaim();
    if (!(find(claims, claim) instanceof String name)) {
      throw new JwtRefusedException(claim + " is missing, or not a text");
    }
    try {
      return UserName.require(name);
    } catch (InvalidTextException e) {
      throw new JwtRefusedException(claim + ": " + e.getMessage());
    }
  }

  /** A list of names, or a text with spaces between names. Missing: none. */
  private Set<String> roles(Map<String, Object> claims) throws JwtRefusedException {
    String claim = settings.rolesClaim();
    Object value = claim.isEmpty() ? null : find(claims, claim);
    if (value == null) {
      return Set.of();
    }
    Collection<?> names;
    if (value instanceof String text) {
      names = text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    } else if (value instanceof List<?> list) {
      names = list;
    } else {
      throw new JwtRefusedException(claim + " is neither a list nor a text");
    }
    if (names.size() > MAX_ROLES) {
      throw new JwtRefusedException(claim + " has " + names.size() + " roles");
    }
    Set<String> roles = new HashSet<>();
    for (Object name : names) {
      if (name instanceof String text && RoleName.isAllowed(text)) {
        roles.add(text); // a provider has roles for other programs, with names of any form
      }
    }
    return roles;
  }

  /** The claim of this name; else that which the parts of the name between dots lead to. */
  private static Object find(Map<String, Object> claims, String path) {
    if (claims.containsKey(path)) {
      return claims.get(path);
    }
    Object value = claims;
    for (String name : path.split("\\.")) {
      value = value instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return value;
  }
}
