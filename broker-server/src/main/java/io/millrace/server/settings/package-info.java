/**
 * Settings as text with their origin, the typed access to them, and the records that several parts
 * of the server share.
 */
package io.millrace.server.settings;
