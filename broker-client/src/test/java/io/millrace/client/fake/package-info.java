/**
 * A broker for tests: real sockets on loopback and real wire messages before a log in memory, with
 * a script that can answer otherwise, be silent, or cut the connection at any message.
 */
package io.millrace.client.fake;
