/**
 * The broker process: {@link io.millrace.server.MillraceServer} starts and stops the storage, the
 * broker and the listeners.
 */
package io.millrace.server;
