package io.millrace.spring;

import io.millrace.client.GroupConsumer;

/**
 * Changes the settings of the members of groups, after the properties and the annotation are
 * applied. All beans of this type are called, in their order, before a listener joins its group.
 */
@FunctionalInterface
public interface GroupConsumerCustomizer {

  /**
   * Changes the settings of the member of a listener, such as its static name.
   *
   * @param listenerId the id of the listener
   */
  void customize(String listenerId, GroupConsumer.Builder member);
}
