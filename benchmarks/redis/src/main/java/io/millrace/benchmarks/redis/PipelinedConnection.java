package io.millrace.benchmarks.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * A connection whose commands are written without waiting for their answers. Jedis' own pipeline
 * stops at its end until every answer is there; this one does not have an end.
 */
final class PipelinedConnection extends Connection {

  PipelinedConnection(HostAndPort server, JedisClientConfig config) {
    super(server, config);
  }

  /** Lets commands go that are still in the buffer. */
  void flushCommands() {
    flush();
  }

  /**
   * The answer to the earliest command that has none.
   *
   * @throws redis.clients.jedis.exceptions.JedisDataException if that was refused
   */
  void awaitAnswer() {
    readProtocolWithCheckingBroken();
  }
}
