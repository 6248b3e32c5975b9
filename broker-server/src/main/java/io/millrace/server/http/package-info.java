/**
 * The HTTP listener: read-only pages for people, probes and scrapers. The server finds it by {@link
 * io.millrace.server.http.HttpListenerProvider}.
 */
package io.millrace.server.http;
