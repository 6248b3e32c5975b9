/**
 * Quotas: how many bytes per second a subject may produce and read, and how long what it does
 * beyond that is delayed. Not loaded without a quota in the configuration. Knows no connection and
 * no protocol; a listener charges the accounts and applies the delays.
 */
package io.millrace.server.quota;
