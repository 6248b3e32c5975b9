/**
 * How clients prove their identity. A listener gets an {@link
 * io.millrace.server.authentication.Authentication} if the configuration requires it, and asks it
 * about each credential; each {@link io.millrace.server.authentication.AuthenticationMechanism} is
 * one kind of credential. Without {@code security.authentication: required}, no class of this
 * package is loaded.
 */
package io.millrace.server.authentication;
