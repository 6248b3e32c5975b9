package io.millrace.server.audit;

import io.millrace.protocol.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits what clients can write to the audit log. The first of equal events is a line; those of the
 * next minute are counted, and become one line. Denials and failures of one address with more than
 * {@value #LINES_PER_ADDRESS} different lines in a minute become one line too. Otherwise a client
 * could push the lines that it wants to hide out of the files. One thread.
 */
final class RepeatedEvents {

  static final int LINES_PER_ADDRESS = 100;
  static final int MAX_KEYS = 2_000;
  static final int MAX_ADDRESSES = 1_000;
  static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** The addresses that have no counter of their own. */
  private static final String OTHERS = "";

  private record Key(
      String principal,
      String host,
      String operation,
      String resource,
      AuditResult result,
      ErrorCode code) {

    static Key of(AuditEvent event) {
      return new Key(
          event.actor().principal(),
          event.actor().host(),
          event.operation(),
          event.resource(),
          event.result(),
          event.code());
    }
  }

  /** Events that became no line of their own. */
  private static final class Counted {
    private final long sinceNanos;
    private AuditEvent newest;
    private Instant newestTime;
    private long lines;
    private long times;

    Counted(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }

    void add(AuditEntry entry) {
      newest = entry.event();
      newestTime = entry.time();
      times++;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Key, Counted> equal = new LinkedHashMap<>();
  private final Map<String, Counted> ofAddresses = new LinkedHashMap<>();

  /**
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  RepeatedEvents(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether an entry becomes a line now. If not, it is counted. */
  boolean isLine(AuditEntry entry) {
    AuditEvent event = entry.event();
    if (!event.isRepeatable()) {
      return true;
    }
    Key key = Key.of(event);
    Counted earlier = equal.get(key);
    if (earlier != null) {
      earlier.add(entry);
      return false;
    }
    if (event.result() == AuditResult.ALLOWED) {
      remember(key);
      return true;
    }
    Counted ofAddress = ofAddress(event.actor().host());
    if (ofAddress.lines >= LINES_PER_ADDRESS) {
      ofAddress.add(entry);
      return false;
    }
    ofAddress.lines++;
    remember(key);
    return true;
  }

  private void remember(Key key) {
    if (equal.size() < MAX_KEYS) {
      equal.put(key, new Counted(nanoTime.getAsLong()));
    }
  }

  private Counted ofAddress(String host) {
    String key = ofAddresses.containsKey(host) || hasPlace() ? host : OTHERS;
    return ofAddresses.computeIfAbsent(key, made -> new Counted(nanoTime.getAsLong()));
  }

  /** The place of {@link #OTHERS} is kept free. */
  private boolean hasPlace() {
    return ofAddresses.size() < MAX_ADDRESSES - 1;
  }

  /** Whether something is counted that {@link #due} will return later. */
  boolean isWaiting() {
    return !equal.isEmpty() || !ofAddresses.isEmpty();
  }

  /** The lines of what was counted in windows that have ended. */
  List<AuditEntry> due() {
    long now = nanoTime.getAsLong();
    return endedBy(now - WINDOW_NANOS);
  }

  /** The lines of all that was counted. */
  List<AuditEntry> all() {
    return endedBy(nanoTime.getAsLong());
  }

  private List<AuditEntry> endedBy(long nanos) {
    List<AuditEntry> lines = new ArrayList<>();
    for (Counted ended : removeEnded(equal, nanos)) {
      lines.add(new AuditEntry(ended.newestTime, ended.newest, ended.times));
    }
    for (Counted ended : removeEnded(ofAddresses, nanos)) {
      lines.add(new AuditEntry(ended.newestTime, summary(ended.newest), ended.times));
    }
    return lines;
  }

  /** The oldest are first. */
  private static <K> List<Counted> removeEnded(Map<K, Counted> counted, long nanos) {
    List<Counted> ended = new ArrayList<>();
    Iterator<Counted> each = counted.values().iterator();
    while (each.hasNext()) {
      Counted oldest = each.next();
      if (oldest.sinceNanos - nanos > 0) {
        break;
      }
      each.remove();
      if (oldest.times > 0) {
        ended.add(oldest);
      }
    }
    return ended;
  }

  private static AuditEvent summary(AuditEvent newest) {
    return new AuditEvent(
        newest.actor(),
        newest.operation(),
        newest.resource(),
        newest.result(),
        newest.code(),
        "",
        "the newest of different events of this address, which had more than "
            + LINES_PER_ADDRESS
            + " lines in a minute");
  }
}
