package io.millrace.server.config;

import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.SettingValues;
import io.millrace.server.settings.SettingsSection;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.StorageProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The providers of listeners and engines that the jars of this installation have. */
record Providers(List<ListenerProvider> listeners, List<StorageProvider> engines) {

  /** Finds the providers with the context class loader of the calling thread. */
  static Providers installed() {
    return new Providers(load(ListenerProvider.class), load(StorageProvider.class));
  }

  private static <P> List<P> load(Class<P> type) {
    return ServiceLoader.load(type).stream().map(ServiceLoader.Provider::get).toList();
  }

  /**
   * Reads the settings of every listener. Returns the settings of the enabled listeners, by name.
   *
   * @throws ConfigException if a value is not allowed, or two enabled listeners have one port
   */
  Map<String, ListenerSettings> configureListeners(SettingValues settings) {
    Map<String, ListenerSettings> configured = new LinkedHashMap<>();
    DistinctAddresses addresses = new DistinctAddresses(settings);
    for (ListenerProvider provider : listeners) {
      requireUnused(provider, settings);
      SettingsSection section = settings.section(provider.section());
      Optional<ListenerSettings> enabled = provider.configure(section);
      if (enabled.isPresent()) {
        section.addresses().forEach(addresses::add);
        configured.put(provider.name(), enabled.get());
      }
    }
    return configured;
  }

  /** Checks that no other part of the server reads the section of a listener. */
  private static void requireUnused(ListenerProvider provider, SettingValues settings) {
    String prefix = provider.section() + ".";
    if (settings.defaults().keySet().stream().anyMatch(key -> key.startsWith(prefix))) {
      throw new IllegalStateException(
          "the listener "
              + provider.name()
              + " reads the section '"
              + provider.section()
              + "', which another part of the broker reads too; remove the jar of the listener");
    }
  }

  /** The names of the engines, in alphabetical order. */
  Set<String> engineNames() {
    return engines.stream()
        .map(StorageProvider::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Reads the settings of every engine. Returns the engines by name, in alphabetical order. */
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
