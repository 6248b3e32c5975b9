package io.millrace.benchmarks.redis;

import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * A connection that sends commands without waiting for their answers. The pipeline of Jedis waits
 * for all answers at its end; this connection has no such end.
 */
final class PipelinedConnection extends Connection {

  PipelinedConnection(HostAndPort server, JedisClientConfig config) {
    super(server, config);
  }

  /** Writes the buffered commands to the socket. */
  void flushCommands() {
    flush();
  }

  /**
   * Waits for the answer to the earliest unanswered command.
   *
   * @throws redis.clients.jedis.exceptions.JedisDataException if the command was refused
   */
  void awaitAnswer() {
    readProtocolWithCheckingBroken();
  }
}
