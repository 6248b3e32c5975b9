/**
 * How the client encrypts its connection and proves who it is: TLS and its failures in words, SCRAM
 * and tokens. Loaded only by a client with TLS or credentials.
 */
package io.millrace.client.internal.security;
