package io.millrace.core;

import io.millrace.storage.StateStore;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of older builds, which kept all topics in one state and all named producers in
 * another. Each is replaced by one state per topic, and then deleted. The old state is valid until
 * it is deleted: after a crash, the conversion starts from the beginning. One thread; blocks.
 */
record OldStates(StateStore states) {

  private static final Logger LOG = LoggerFactory.getLogger(OldStates.class);

  /** Converts the old states, if there are any. Call before the new states are loaded. */
  void convert() {
    convert("topics", OldStates::topics);
    convert("named-producers", OldStates::namedProducers);
  }

  private void convert(String name, Function<byte[], Map<String, byte[]>> split) {
    OwnedState old = new OwnedState(states, name);
    old.load()
        .ifPresent(
            bytes -> {
              Map<String, byte[]> replacements = split.apply(bytes);
              replacements.forEach(this::replace);
              old.delete();
              LOG.info("event=state_converted state={} states={}", name, replacements.size());
            });
  }

  private void replace(String name, byte[] bytes) {
    OwnedState state = new OwnedState(states, name);
    state.load();
    state.save(bytes);
  }

  private static Map<String, byte[]> topics(byte[] old) {
    Map<String, byte[]> topics = new HashMap<>();
    TopicStateCodec.decodeAll(old)
        .forEach(
            entry -> topics.put(TopicRecord.STATE.of(entry.id()), TopicStateCodec.encode(entry)));
    return topics;
  }

  private static Map<String, byte[]> namedProducers(byte[] old) {
    Map<String, byte[]> producers = new HashMap<>();
    NamedProducerCodec.decodeAll(old)
        .forEach(
            (topicId, openings) ->
                producers.put(
                    NamedProducers.STATE.of(topicId),
                    NamedProducerCodec.encode(topicId, openings)));
    return producers;
  }
}
