package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * What the next start of a broker would refuse of its states, in the words of the broker; for tools
 * that read the files of a broker without starting one. Reads only. Immutable.
 */
public final class StoredStates {

  /**
   * A state that a start refuses.
   *
   * @param topic the topic whose partitions it refuses; empty if it refuses to start, or serves all
   *     topics with another identity
   * @param state the name of the state; empty if it is not about one state
   * @param reason why, and what to do
   */
  public record Refusal(Optional<UUID> topic, String state, String reason) {}

  private final List<Refusal> refusals = new ArrayList<>();

  private StoredStates() {}

  /**
   * Reads all states.
   *
   * @param states is not changed
   * @param logs all logs in the storage
   * @param namedOnly those of which the storage has the name only
   */
  public static StoredStates of(StateStore states, Set<LogId> logs, Set<LogId> namedOnly) {
    StoredStates found = new StoredStates();
    found.readTopics(states, logs, namedOnly);
    found.readNames(states);
    return found;
  }

  /** What a start refuses; empty if it refuses nothing. */
  public List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  private void readTopics(StateStore states, Set<LogId> logs, Set<LogId> namedOnly) {
    try {
      TopicCatalogue catalogue = TopicCatalogue.load(states, 1);
      catalogue.refuseLost(logs, namedOnly);
      catalogue
          .refused()
          .forEach(
              (id, reason) ->
                  refusals.add(
                      new Refusal(Optional.of(id), TopicRecord.STATE.of(id), reason.getMessage())));
      boolean needed = !catalogue.isEmpty();
      readOfAll(needed, BrokerIdentity.NAME, () -> BrokerIdentity.load(states).isNew());
      readOfAll(needed, ProducerIds.NAME, () -> ProducerIds.load(states).isNew());
    } catch (StorageException | BrokerException e) {
      refusals.add(new Refusal(Optional.empty(), "", e.getMessage()));
    }
  }

  /** Reads a state of the whole broker, which it makes before it has the first topic. */
  private void readOfAll(boolean needed, String name, BooleanSupplier isNew) {
    try {
      if (isNew.getAsBoolean() && needed) {
        refusals.add(new Refusal(Optional.empty(), name, missing(name)));
      }
    } catch (StorageException e) {
      refusals.add(new Refusal(Optional.empty(), name, e.getMessage()));
    }
  }

  private static String missing(String name) {
    return "the state '"
        + name
        + "' is missing, but there are topics; the next start makes a new one; restore both files"
        + " of the state from a copy of the data directory";
  }

  private void readNames(StateStore states) {
    for (String name : states.list(NamedProducers.STATE.prefix())) {
      NamedProducers.STATE.topicOf(name).ifPresent(topic -> readNames(states, topic));
    }
  }

  private void readNames(StateStore states, UUID topic) {
    String name = NamedProducers.STATE.of(topic);
    try {
      states.load(name).ifPresent(state -> NamedProducerCodec.decode(topic, state.bytes()));
    } catch (StorageException e) {
      Optional<UUID> refused =
          e.code() == ErrorCode.CORRUPT_LOG ? Optional.of(topic) : Optional.empty();
      refusals.add(new Refusal(refused, name, e.getMessage()));
    }
  }
}
