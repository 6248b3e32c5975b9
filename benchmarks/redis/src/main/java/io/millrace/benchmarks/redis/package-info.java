/** The load process of Redis streams. */
package io.millrace.benchmarks.redis;
