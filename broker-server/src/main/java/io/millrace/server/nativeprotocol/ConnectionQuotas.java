package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.ThrottledPush;
import io.millrace.server.quota.ByteRate;
import io.millrace.server.quota.QuotaAccount;
import io.millrace.server.quota.QuotaKind;
import io.millrace.server.quota.QuotaSubject;
import io.millrace.server.quota.Quotas;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Applies the quotas to one connection. A batch is appended at once, and its answer is held back;
 * THROTTLED tells the client. A client that sends on regardless is not read for a moment when many
 * bytes of it wait for their answers. Every hold is short, so that requests behind them, such as
 * PING and GROUP_BEAT, are answered in time. Event loop of the connection, unless a method says
 * otherwise.
 */
final class ConnectionQuotas {

  /** What {@link #charge} answers for a request whose answer is not held back. */
  static final long NOT_DELAYED = Long.MIN_VALUE;

  /** The longest time for which an answer is held back, or the connection is not read. */
  static final long LONGEST_HOLD_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * The connection is not read while held answers have this weight, until half of it is released.
   * As much as the buffers of a socket: with less, a request behind the batches in them would wait
   * for several holds.
   */
  static final long MAX_HELD_BYTES = 8 * 1024 * 1024;

  /** An announced delay is longer by this, so that few announcements are enough. */
  private static final long ANNOUNCED_EXTRA_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Subjects whose announcement is remembered; others are announced with each delayed request. */
  private static final int MAX_ANNOUNCED = 16;

  private final Quotas quotas;
  private final ProduceQuota produceQuota;
  private final NativeConnection connection;
  private final Runnable updateReading;
  private final Optional<QuotaAccount> client;
  private final ReadPause readPause;
  private final HeldAnswers held;

  /** Until when the newest subjects are announced; without those of long ago. */
  private final Map<QuotaSubject, Long> announced = new LinkedHashMap<>();

  private boolean full;

  /** Whether it is not read until a time because there was no memory to hold an answer. */
  private boolean stopped;

  /**
   * The quotas of a connection whose client has said its name. The session ends them.
   *
   * @param updateReading called when {@link #isFull} may have changed
   */
  ConnectionQuotas(
      Quotas quotas,
      ProduceQuota produceQuota,
      NativeConnection connection,
      Runnable updateReading) {
    this.quotas = quotas;
    this.produceQuota = produceQuota;
    this.connection = connection;
    this.updateReading = updateReading;
    this.client = quotas.join(new QuotaSubject(QuotaKind.CLIENT, connection.session().clientId()));
    this.readPause =
        client
            .flatMap(QuotaAccount::read)
            .map(rate -> new ReadPause(rate, connection, quotas::nanoTime))
            .orElse(null);
    this.held =
        new HeldAnswers(
            connection.channel().eventLoop(), quotas.memory(), quotas::nanoTime, this::released);
    connection.session().onClose(this::close);
  }

  /**
   * Charges a request to its client and to the sources of its events, and tells the client if they
   * are over their quotas.
   *
   * @return when it is to be answered; {@link #NOT_DELAYED}: as soon as it is appended
   */
  long charge(ProduceRequest request, int version) {
    long now = quotas.nanoTime();
    ProduceQuota.Delay delay = produceQuota.charge(request, client, now);
    if (delay.nanos() == 0) {
      return NOT_DELAYED;
    }
    announce(delay, version, now);
    return now + Math.min(delay.nanos(), LONGEST_HOLD_NANOS);
  }

  private void announce(ProduceQuota.Delay delay, int version, long now) {
    QuotaSubject subject = delay.account().subject();
    if (isAnnounced(subject, now + delay.nanos())) {
      return;
    }
    long nanos = delay.nanos() + ANNOUNCED_EXTRA_NANOS;
    if (announced.size() >= MAX_ANNOUNCED) {
      announced.remove(announced.keySet().iterator().next());
    }
    announced.put(subject, now + nanos);
    ByteRate rate = delay.account().produce().orElseThrow();
    ThrottledPush push =
        new ThrottledPush(
            subject.kind().text(),
            subject.name(),
            rate.bytesPerSecond(),
            (int) TimeUnit.NANOSECONDS.toMillis(nanos),
            subject.kind() == QuotaKind.CLIENT);
    connection.writer().write(Frames.encodePush(connection.allocator(), version, push));
  }

  /** Whether the client knows of a delay up to a time. One of the client is one of its sources. */
  private boolean isAnnounced(QuotaSubject subject, long untilNanos) {
    return covers(subject, untilNanos)
        || (client.isPresent() && covers(client.get().subject(), untilNanos));
  }

  private boolean covers(QuotaSubject subject, long untilNanos) {
    Long known = announced.get(subject);
    return known != null && untilNanos - known <= 0;
  }

  /**
   * Answers a request whose batch is appended, at once or at a given time. Any thread.
   *
   * @param dueNanos what {@link #charge} has returned
   */
  void answerAt(long dueNanos, PendingRequest request, Runnable answer) {
    if (dueNanos == NOT_DELAYED || dueNanos - quotas.nanoTime() <= 0) {
      answer.run();
    } else {
      connection.execute(() -> hold(dueNanos, request, answer));
    }
  }

  private void hold(long dueNanos, PendingRequest request, Runnable answer) {
    if (connection.state() != ConnectionState.SERVING) {
      answer.run();
    } else if (!held.tryHold(dueNanos, request, answer)) {
      stopUntil(dueNanos);
      answer.run();
    } else if (held.bytes() >= MAX_HELD_BYTES) {
      full = true;
      updateReading.run();
    }
  }

  private void stopUntil(long dueNanos) {
    if (!stopped) {
      stopped = true;
      connection
          .channel()
          .eventLoop()
          .schedule(
              () -> {
                stopped = false;
                updateReading.run();
              },
              dueNanos - quotas.nanoTime(),
              TimeUnit.NANOSECONDS);
      updateReading.run();
    }
  }

  private void released() {
    if (full && held.bytes() <= MAX_HELD_BYTES / 2) {
      full = false;
      updateReading.run();
    }
  }

  /** Whether the connection is not to be read for a moment. */
  boolean isFull() {
    return full || stopped;
  }

  /** Answers all that is held, because the connection ends. */
  void releaseAll() {
    held.releaseAll();
  }

  private void close() {
    held.releaseAll();
    client.ifPresent(quotas::leave);
  }

  /**
   * Whether a delivery may be made now. If not, the subscriptions are resumed later. Any thread.
   */
  boolean mayDeliver() {
    return readPause == null || readPause.mayDeliver();
  }

  /** Counts a delivery. Any thread. */
  void delivered(long bytes) {
    if (readPause != null) {
      readPause.delivered(bytes);
    }
  }

  /** Whether deliveries are paused, or were a moment ago. Any thread. */
  boolean isReadDelayed() {
    return readPause != null && readPause.isRecent();
  }
}
