package io.millrace.core;

import io.millrace.storage.LogStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states that a broker reads when it starts: all but those of single topics and partitions.
 *
 * @param identity of the data directory
 * @param producerIds the ids that were given to producers
 * @param namedProducers the names of producers
 * @param catalogue the topics
 */
record BrokerStates(
    BrokerIdentity identity,
    ProducerIds producerIds,
    NamedProducers namedProducers,
    TopicCatalogue catalogue) {

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  /**
   * Reads the states, and saves those of a new data directory. Blocks.
   *
   * @param producers the memory of named producers
   * @throws BrokerException {@code CORRUPT_LOG} if a state is damaged, or if there are logs and no
   *     states of topics; {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD} if one is of another version
   */
  static BrokerStates load(LogStorage storage, BrokerSettings settings, MemoryShare producers) {
    BrokerIdentity identity = BrokerIdentity.load(storage.states());
    ProducerIds producerIds = ProducerIds.load(storage.states());
    NamedProducers namedProducers =
        NamedProducers.load(storage.states(), producerIds, settings, producers);
    TopicCatalogue catalogue = TopicCatalogue.load(storage.states(), settings.recoveryThreads());
    catalogue.refuseLost(storage.list(), storage.namedOnly());
    catalogue.logRefused();
    BrokerStates states = new BrokerStates(identity, producerIds, namedProducers, catalogue);
    states.saveNew();
    return states;
  }

  /** After everything was read: a start that fails leaves the states as they are. */
  private void saveNew() {
    if (!catalogue.isEmpty()) {
      warnIfLost(identity.isNew(), BrokerIdentity.NAME);
      warnIfLost(producerIds.isNew(), ProducerIds.NAME);
    }
    identity.saveIfNew();
    producerIds.saveIfNew();
  }

  private static void warnIfLost(boolean isNew, String state) {
    if (isNew) {
      LOG.warn("event=state_lost state={} action=made_anew", state);
    }
  }
}
