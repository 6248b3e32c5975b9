/**
 * The broker's side of SCRAM (RFC 5802, RFC 7677), and the verifiers of passwords. An exchange is
 * pure: it gets verifiers and nonces from its caller, and computes no more than a few HMACs. Only
 * {@link io.millrace.security.scram.PasswordVerifier} runs PBKDF2.
 */
package io.millrace.security.scram;
