/**
 * The reports of the server about itself: health, and what the start found. Each is a {@link
 * io.millrace.server.status.StatusPage} that any listener can serve.
 */
package io.millrace.server.status;
