/**
 * Reads settings: from text with its origin to typed values within their ranges. Also has the
 * records of settings that several parts of the server share.
 */
package io.millrace.server.settings;
