package io.millrace.server.http;

import java.time.Duration;

/**
 * The deadlines of an HTTP connection. After each of them the broker closes it.
 *
 * @param request from the accept, or from the first byte of a later request, to the last byte of
 *     the request
 * @param idle between two requests
 * @param writeStall longest time in which the client takes none of the bytes that wait for it
 */
record HttpTimes(Duration request, Duration idle, Duration writeStall) {}
