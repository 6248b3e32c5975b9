/**
 * The broker process: the native listener, the HTTP port, metrics and the life of it all. One
 * public way in: {@link io.millrace.server.MillraceServer}.
 */
package io.millrace.server;
