package io.millrace.spring;

import io.millrace.client.MillraceClient;

/**
 * Changes the settings of the client before it connects, after the properties are applied. All
 * beans of this type are called, in their order, before each attempt of the first connection.
 */
@FunctionalInterface
public interface MillraceClientCustomizer {

  /** Changes settings. A connection listener that it sets replaces the one of the starter. */
  void customize(MillraceClient.Builder client);
}
