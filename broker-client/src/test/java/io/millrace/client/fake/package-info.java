/**
 * A broker for tests. It has real sockets on loopback, real wire messages and a log in memory. A
 * script can answer any request differently, leave it unanswered, or close the connection.
 */
package io.millrace.client.fake;
