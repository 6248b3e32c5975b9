/**
 * The access to settings: their texts with their origin, the typed reading of a section, range
 * checks, and the records that several parts of the server share.
 */
package io.millrace.server.settings;
