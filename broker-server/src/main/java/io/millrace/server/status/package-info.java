/**
 * The pages about the state of the server: health and the recovery report. Any listener can serve
 * them.
 */
package io.millrace.server.status;
