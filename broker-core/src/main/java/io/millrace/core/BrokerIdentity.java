package io.millrace.core;

import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The identity of a data directory: a random id, made once and kept for life. */
final class BrokerIdentity {

  private static final String NAME = "broker-id";
  private static final StateEnvelope FORMAT = new StateEnvelope("the broker's identity", "MRID");

  private BrokerIdentity() {}

  static UUID loadOrMake(StateStore states) {
    OwnedState state = new OwnedState(states, NAME);
    return state.load().map(BrokerIdentity::decode).orElseGet(() -> make(state));
  }

  private static UUID decode(byte[] sealed) {
    ByteBuffer body = FORMAT.open(sealed);
    return new UUID(body.getLong(), body.getLong());
  }

  private static UUID make(OwnedState state) {
    UUID id = UUID.randomUUID();
    ByteBuffer body = FORMAT.begin(2 * Long.BYTES);
    body.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    state.save(FORMAT.seal(body));
    return id;
  }
}
