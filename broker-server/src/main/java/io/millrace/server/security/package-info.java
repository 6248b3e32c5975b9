/**
 * The sessions of clients, and the question whether one may do what it asks for. A listener creates
 * a {@link io.millrace.server.security.Session} for each connection, and asks the {@link
 * io.millrace.server.security.Authorizer} before it serves a request.
 */
package io.millrace.server.security;
