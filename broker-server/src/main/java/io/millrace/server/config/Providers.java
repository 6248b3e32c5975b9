package io.millrace.server.config;

import io.millrace.server.settings.SettingValues;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.StorageProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The plugs of this installation: the providers that {@code META-INF/services} of its modules name.
 */
record Providers(List<StorageProvider> engines) {

  /** The providers that the class loader of the calling thread finds. */
  static Providers installed() {
    return new Providers(
        ServiceLoader.load(StorageProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /** Has every engine read its settings. The result is by name, in alphabetical order. */
  Map<String, StorageEngine> configureEngines(SettingValues settings) {
    Map<String, StorageEngine> configured = new TreeMap<>();
    for (StorageProvider provider : engines) {
      StorageEngine engine = provider.configure(settings.section(provider.section()));
      if (configured.put(provider.name(), engine) != null) {
        throw new IllegalStateException(
            "two storage engines have the name '" + provider.name() + "'; remove one of the jars");
      }
    }
    return configured;
  }
}
