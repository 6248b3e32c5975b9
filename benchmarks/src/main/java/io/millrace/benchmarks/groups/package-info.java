/** The load process that measures groups of consumers: how fast partitions get their owners. */
package io.millrace.benchmarks.groups;
