/**
 * The HTTP listener: read-only pages for people, probes and scrapers. The way in is {@link
 * io.millrace.server.http.HttpListenerProvider}.
 */
package io.millrace.server.http;
