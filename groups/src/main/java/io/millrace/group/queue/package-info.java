/** The state of a queue in one partition: what is done, what has failed, and who has what. */
package io.millrace.group.queue;
