package io.millrace.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods of equal and of different denials. */
class RepeatedEventsTest {

  private static final AuditActor ALICE = new AuditActor("alice", "", "10.0.0.7:1", "a");

  private long now;
  private final RepeatedEvents repeated = new RepeatedEvents(() -> now);

  private static AuditEntry denial(AuditActor actor, String resource, long second) {
    AuditEvent event =
        AuditEvent.denied(actor, "write", resource, ErrorCode.NOT_AUTHORIZED, "no rule");
    return new AuditEntry(Instant.ofEpochSecond(second), event, 1);
  }

  private static AuditEntry change() {
    return new AuditEntry(Instant.EPOCH, AuditEvent.allowed(ALICE, "delete", "topic:rides", ""), 1);
  }

  @Test
  void equalDenialsOfAMinuteAreTwoLines() {
    assertThat(repeated.isLine(denial(ALICE, "topic:rides", 1))).isTrue();
    AuditActor again = new AuditActor("alice", "", "10.0.0.7:2", "b");
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(repeated.isLine(denial(again, "topic:rides", 2))).isFalse();
    }
    now = RepeatedEvents.WINDOW_NANOS - 1;
    assertThat(repeated.due()).isEmpty();
    now++;
    assertThat(repeated.due())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.times()).isEqualTo(1_000_000);
              assertThat(line.time()).isEqualTo(Instant.ofEpochSecond(2));
              assertThat(line.event().actor()).isEqualTo(again);
            });
    assertThat(repeated.isLine(denial(ALICE, "topic:rides", 70))).isTrue();
  }

  @Test
  void whatHappenedOnceHasOneLine() {
    assertThat(repeated.isLine(denial(ALICE, "topic:rides", 1))).isTrue();
    now = RepeatedEvents.WINDOW_NANOS;
    assertThat(repeated.due()).isEmpty();
    assertThat(repeated.isWaiting()).isFalse();
  }

  @Test
  void differentDenialsOfOneAddressAreLimited() {
    long lines = 0;
    for (int i = 0; i < 100_000; i++) {
      lines += repeated.isLine(denial(ALICE, "topic:t" + i, i)) ? 1 : 0;
    }
    assertThat(lines).isEqualTo(RepeatedEvents.LINES_PER_ADDRESS);
    AuditActor bob = new AuditActor("bob", "", "10.0.0.8:1", "b");
    assertThat(repeated.isLine(denial(bob, "topic:t1", 1))).as("of another address").isTrue();

    List<AuditEntry> rest = repeated.all();
    assertThat(rest).singleElement().extracting(AuditEntry::times).isEqualTo(100_000 - lines);
    assertThat(rest.get(0).event().reason()).contains("different events of this address");
  }

  @Test
  void manyAddressesTakeLimitedMemoryAndLines() {
    long lines = 0;
    int addresses = 100_000;
    for (int i = 0; i < addresses; i++) {
      AuditActor actor = new AuditActor("u" + i, "", i + ".example:1", "c");
      lines += repeated.isLine(denial(actor, "broker", 1)) ? 1 : 0;
    }
    assertThat(lines)
        .isEqualTo(RepeatedEvents.MAX_ADDRESSES - 1 + RepeatedEvents.LINES_PER_ADDRESS);
    assertThat(repeated.all().stream().mapToLong(AuditEntry::times).sum() + lines)
        .as("each event is counted once")
        .isEqualTo(addresses);
  }

  @Test
  void changesAreNeverCountedTogether() {
    for (int i = 0; i < 1000; i++) {
      assertThat(repeated.isLine(change())).isTrue();
    }
    assertThat(repeated.isWaiting()).isFalse();
  }

  @Test
  void loginsOfManyPrincipalsOfOneAddressAllHaveALine() {
    for (int i = 0; i < 10_000; i++) {
      AuditActor actor = new AuditActor("u" + i, "", "10.0.0.7:1", "c");
      AuditEvent login = AuditEvent.allowed(actor, AuditEvent.LOGIN, "broker", "");
      assertThat(repeated.isLine(new AuditEntry(Instant.EPOCH, login, 1))).isTrue();
    }
  }
}
