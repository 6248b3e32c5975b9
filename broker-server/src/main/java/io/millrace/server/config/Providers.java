package io.millrace.server.config;

import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.SettingValues;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.StorageProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The listeners and engines of this installation: those that {@code META-INF/services} of its jars
 * name.
 */
record Providers(List<ListenerProvider> listeners, List<StorageProvider> engines) {

  /** The providers that the context class loader of the calling thread finds. */
  static Providers installed() {
    return new Providers(load(ListenerProvider.class), load(StorageProvider.class));
  }

  private static <P> List<P> load(Class<P> type) {
    return ServiceLoader.load(type).stream().map(ServiceLoader.Provider::get).toList();
  }

  /** Has every listener read its settings. The result has those that are enabled, by name. */
  Map<String, ListenerSettings> configureListeners(SettingValues settings) {
    Map<String, ListenerSettings> configured = new LinkedHashMap<>();
    for (ListenerProvider provider : listeners) {
      requireUnused(provider, settings);
      Optional<ListenerSettings> enabled = provider.configure(settings.section(provider.section()));
      enabled.ifPresent(listener -> configured.put(provider.name(), listener));
    }
    return configured;
  }

  /** Two readers of one section would both take settings that are meant for the other. */
  private static void requireUnused(ListenerProvider provider, SettingValues settings) {
    String prefix = provider.section() + ".";
    if (settings.defaults().keySet().stream().anyMatch(key -> key.startsWith(prefix))) {
      throw new IllegalStateException(
          "the listener "
              + provider.name()
              + " reads the section '"
              + provider.section()
              + "', which another part of the broker reads; remove its jar");
    }
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
