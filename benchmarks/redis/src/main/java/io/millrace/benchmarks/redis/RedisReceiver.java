package io.millrace.benchmarks.redis;

import io.millrace.benchmarks.load.LoadClient.Start;
import io.millrace.benchmarks.load.Receiver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** Receives events with {@code XREAD}, from the event after the last received one. */
final class RedisReceiver implements Receiver {

  private static final byte[] BEFORE_FIRST = ascii("0-0");

  private final Jedis jedis;
  private final byte[] stream;
  private final int readEvents;
  private byte[] lastId;

  /**
   * Creates a receiver, which takes ownership of the connection.
   *
   * @param readEvents the largest number of events of one {@code XREAD}
   */
  RedisReceiver(Jedis jedis, byte[] stream, Start start, int readEvents) {
    this.jedis = jedis;
    this.stream = stream;
    this.readEvents = readEvents;
    this.lastId =
        switch (start) {
          case EARLIEST -> BEFORE_FIRST;
          case LATEST -> lastId();
        };
  }

  private byte[] lastId() {
    List<Object> last = jedis.xrevrange(stream, ascii("+"), ascii("-"), 1);
    return last.isEmpty() ? BEFORE_FIRST : (byte[]) list(last.get(0)).get(0);
  }

  @Override
  public int poll(Duration timeout, Consumer<byte[]> values) {
    List<byte[]> how = new ArrayList<>(List.of(ascii("COUNT"), number(readEvents)));
    if (!timeout.isZero()) { // Redis reads 0 as no limit.
      how.addAll(List.of(ascii("BLOCK"), number(timeout.toMillis())));
    }
    how.addAll(List.of(ascii("STREAMS"), stream, lastId));
    Object streams = jedis.sendCommand(Command.XREAD, how.toArray(byte[][]::new));
    if (streams == null) {
      return 0;
    }
    List<?> entries = list(list(list(streams).get(0)).get(1));
    for (Object entry : entries) {
      values.accept((byte[]) list(list(entry).get(1)).get(1));
    }
    lastId = (byte[]) list(entries.get(entries.size() - 1)).get(0);
    return entries.size();
  }

  @Override
  public void rewind() {
    lastId = BEFORE_FIRST;
  }

  @Override
  public void close() {
    jedis.close();
  }

  /**
   * Casts an array of an answer. An answer has streams of (name, entries), and an entry has (id,
   * alternating fields and values).
   */
  private static List<?> list(Object array) {
    return (List<?>) array;
  }

  private static byte[] number(long number) {
    return ascii(Long.toString(number));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
