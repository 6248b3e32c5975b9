package io.millrace.core;

import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The identity of a data directory: a random id, made once and kept for life. One thread. */
final class BrokerIdentity {

  static final String NAME = "broker-id";
  private static final StateEnvelope FORMAT = new StateEnvelope("the broker's identity", "MRID");

  private final OwnedState saved;
  private final UUID id;
  private final boolean isNew;

  private BrokerIdentity(OwnedState saved, UUID id, boolean isNew) {
    this.saved = saved;
    this.id = id;
    this.isNew = isNew;
  }

  /** Loads the identity. If there is none, makes one, which is not saved yet. */
  static BrokerIdentity load(StateStore states) {
    OwnedState saved = new OwnedState(states, NAME);
    return saved
        .load()
        .map(state -> new BrokerIdentity(saved, decode(state), false))
        .orElseGet(() -> new BrokerIdentity(saved, UUID.randomUUID(), true));
  }

  UUID id() {
    return id;
  }

  /** Whether there was no state. */
  boolean isNew() {
    return isNew;
  }

  private static UUID decode(byte[] sealed) {
    ByteBuffer body = FORMAT.open(sealed);
    return new UUID(body.getLong(), body.getLong());
  }

  /** Saves an identity that was made. */
  void saveIfNew() {
    if (isNew) {
      ByteBuffer body = FORMAT.begin(2 * Long.BYTES);
      body.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
      saved.save(FORMAT.seal(body));
    }
  }
}
