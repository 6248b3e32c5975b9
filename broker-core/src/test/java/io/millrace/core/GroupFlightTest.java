package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class GroupFlightTest {

  private static final BrokerException FULL =
      new BrokerException(ErrorCode.DISK_FULL, "no room, says the test");

  private final GroupFlight flight = new GroupFlight();

  /** Decisions behind a refused one are in the log without it: only a replay can tell the state. */
  @Test
  void recordsOnTheirWayMayGetIntoTheLog() {
    flight.batchAppended();
    flight.allAppended();

    assertThat(flight.mayBeInLog()).isTrue();
  }

  @Test
  void refusedRecordsAreNotInTheLog() {
    flight.failed(FULL, true);

    assertThat(flight.mayBeInLog()).isFalse();
  }

  @Test
  void recordsOfWhichABatchWasStoredMayBeInTheLog() {
    flight.failed(FULL, false);

    assertThat(flight.mayBeInLog()).isTrue();
  }
}
