/**
 * The HTTP port: a few read-only pages for people, probes and scrapers. One public way in: {@link
 * io.millrace.server.http.HttpListener}.
 */
package io.millrace.server.http;
