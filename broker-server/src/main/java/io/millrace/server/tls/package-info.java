/**
 * TLS of the listeners: the certificate of the broker and its reload, the handlers of a connection,
 * and the principals of client certificates. Loaded only if a listener uses TLS.
 */
package io.millrace.server.tls;
