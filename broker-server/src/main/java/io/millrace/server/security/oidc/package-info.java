/**
 * Logins with JSON Web Tokens (RFC 7519) of an OpenID Connect provider. {@link
 * io.millrace.server.security.oidc.JwtVerifier} checks a token. Not loaded without an issuer in the
 * settings.
 */
package io.millrace.server.security.oidc;
