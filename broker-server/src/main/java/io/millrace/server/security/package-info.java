/**
 * The seam between a connection and the handlers of its requests: the {@link
 * io.millrace.server.security.Session} says who the client is, and the {@link
 * io.millrace.server.security.Authorizer} decides what it may do.
 */
package io.millrace.server.security;
