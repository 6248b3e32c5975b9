package io.millrace.benchmarks.redis;

import io.millrace.benchmarks.load.LoadClient;
import io.millrace.benchmarks.load.Receiver;
import io.millrace.benchmarks.load.Sender;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Jedis, with the settings that were fastest on this machine. A topic is a stream. Redis writes a
 * command to its append-only file before it answers; with {@code SYNCED}, it also fsyncs the file.
 */
final class RedisLoadClient implements LoadClient {

  private static final int WINDOW_EVENTS = 4096;
  private static final int FLUSH_EVENTS = 256;
  private static final int READ_EVENTS = 5000;

  /** The time that the deletion of a large stream may take. Every other command is faster. */
  private static final int LONGEST_ANSWER_MS = 60_000;

  private static final JedisClientConfig CONFIG =
      DefaultJedisClientConfig.builder().socketTimeoutMillis(LONGEST_ANSWER_MS).build();

  private final HostAndPort server;
  private final Jedis admin;

  RedisLoadClient(String server) {
    this.server = HostAndPort.from(server);
    this.admin = connect();
    awaitLoaded(admin);
  }

  private Jedis connect() {
    return new Jedis(server, CONFIG);
  }

  /**
   * Waits until Redis has loaded its file. During the load, Redis accepts connections but refuses
   * all commands.
   */
  private static void awaitLoaded(Jedis jedis) {
    while (isLoading(jedis)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static boolean isLoading(Jedis jedis) {
    try {
      jedis.ping();
      return false;
    } catch (JedisDataException e) {
      if (e.getMessage().startsWith("LOADING")) {
        return true;
      }
      throw e;
    }
  }

  /** Does nothing, because the first event creates the stream. */
  @Override
  public void createTopic(String topic, int partitions, Durability durability) {}

  @Override
  public void deleteTopic(String topic) {
    admin.del(topic);
  }

  @Override
  public long count(String topic) {
    return admin.xlen(topic);
  }

  /** Opens a sender. The setting for fsync is set first; it applies to all streams. */
  @Override
  public Sender sender(String topic, Durability durability, Batching batching) {
    admin.configSet(
        "appendfsync",
        switch (durability) {
          case STORED -> "no";
          case SYNCED -> "always";
        });
    PipelinedConnection connection = new PipelinedConnection(server, CONFIG);
    int flushEvents =
        switch (batching) {
          case THROUGHPUT, SPREAD, SHARED -> FLUSH_EVENTS;
          case LATENCY -> 1;
        };
    return new RedisSender(connection, key(topic), flushEvents, WINDOW_EVENTS);
  }

  @Override
  public Receiver receiver(String topic, Durability durability, Start start, Batching batching) {
    return new RedisReceiver(connect(), key(topic), start, READ_EVENTS);
  }

  private static byte[] key(String topic) {
    return topic.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    admin.close();
  }
}
