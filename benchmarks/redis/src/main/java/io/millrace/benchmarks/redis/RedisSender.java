package io.millrace.benchmarks.redis;

import io.millrace.benchmarks.load.Sender;
import java.nio.charset.StandardCharsets;
import redis.clients.jedis.Protocol.Command;

/** Sends events with {@code XADD}, with many commands in flight. */
final class RedisSender implements Sender {

  private static final byte[] NEXT_ID = {'*'};
  private static final byte[] FIELD = "v".getBytes(StandardCharsets.US_ASCII);

  private final PipelinedConnection connection;
  private final byte[] stream;
  private final int flushEvents;
  private final int window;
  private long sent;
  private long acknowledged;
  private int unflushed;

  /**
   * Creates a sender, which takes ownership of the connection.
   *
   * @param flushEvents number of events in one write to the socket
   * @param window the largest number of unanswered events; at least {@code flushEvents}
   */
  RedisSender(PipelinedConnection connection, byte[] stream, int flushEvents, int window) {
    this.connection = connection;
    this.stream = stream;
    this.flushEvents = flushEvents;
    this.window = window;
  }

  @Override
  public void send(byte[] value) {
    connection.sendCommand(Command.XADD, stream, NEXT_ID, FIELD, value);
    sent++;
    if (++unflushed == flushEvents) {
      flushCommands();
    }
    if (sent - acknowledged > window) {
      awaitAnswer();
    }
  }

  private void flushCommands() {
    connection.flushCommands();
    unflushed = 0;
  }

  private void awaitAnswer() {
    connection.awaitAnswer();
    acknowledged++;
  }

  @Override
  public void send(int partition, byte[] value) {
    throw new UnsupportedOperationException("a stream has no partitions");
  }

  @Override
  public void sendAndWait(byte[] value) {
    send(value);
    flush();
  }

  @Override
  public long flush() {
    flushCommands();
    while (acknowledged < sent) {
      awaitAnswer();
    }
    return acknowledged;
  }

  @Override
  public void close() {
    connection.close();
  }
}
