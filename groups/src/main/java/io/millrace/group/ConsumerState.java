package io.millrace.group;

import java.util.UUID;

/** A consumer of a queue. In memory only; {@link QueueStates} changes it. */
final class ConsumerState {

  static final long NEVER = Long.MAX_VALUE;

  private final long number;
  private final String group;
  private final UUID id;
  private final UUID topic;
  private final long openedAt;
  private final AnsweredSettles answered = new AnsweredSettles();
  private String clientId = "";
  private String host = "";
  private long opening;
  private long progressAt;
  private long lostAt = NEVER;
  private boolean locksLost;

  /**
   * @param number its number in the windows
   */
  ConsumerState(long number, String group, UUID id, UUID topic, long now) {
    this.number = number;
    this.group = group;
    this.id = id;
    this.topic = topic;
    this.openedAt = now;
    this.progressAt = now;
  }

  long number() {
    return number;
  }

  String group() {
    return group;
  }

  UUID id() {
    return id;
  }

  UUID topic() {
    return topic;
  }

  String clientId() {
    return clientId;
  }

  String host() {
    return host;
  }

  long opening() {
    return opening;
  }

  long openedAt() {
    return openedAt;
  }

  long progressAt() {
    return progressAt;
  }

  void progressed(long now) {
    progressAt = now;
  }

  /** When it is lost unless it comes back; {@link #NEVER} while it has a connection. */
  long lostAt() {
    return lostAt;
  }

  void lostAt(long monotonicMicros) {
    lostAt = monotonicMicros;
  }

  boolean isAway() {
    return lostAt != NEVER;
  }

  /** Whether it has lost all its locks since it was last opened. */
  boolean locksLost() {
    return locksLost;
  }

  /** What it has settled may be taken back, too. Changes {@link #bytes}. */
  void loseLocks() {
    locksLost = true;
    answered.clear();
  }

  /** The newest answers to its settlements. Changes {@link #bytes}. */
  AnsweredSettles answered() {
    return answered;
  }

  /** It has a connection. */
  void open(Effect.QueueOpened opened) {
    opening = opened.session().opening();
    clientId = opened.clientId();
    host = opened.host();
    lostAt = NEVER;
    locksLost = false;
  }

  long bytes() {
    return GroupBytes.ofConsumer(clientId, host) + answered.bytes();
  }
}
