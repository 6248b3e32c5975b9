package io.millrace.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.millrace.storage.ResourceNeeds;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the limits of the operating system for this process with what the broker may need, and
 * logs a warning if they are lower. The start uses it once; one thread.
 */
final class ResourceCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ResourceCheck.class);

  /** Connections over the limit that get a GO_AWAY (128), and those of HTTP (100). */
  private static final int OTHER_CONNECTIONS = 228;

  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final Path MAX_MAP_COUNT = Path.of("/proc/sys/vm/max_map_count");

  private final ResourceNeeds process;

  private ResourceCheck(ResourceNeeds process) {
    this.process = process;
  }

  /** Notes what the process has open before it opens the storage. */
  static ResourceCheck beforeStorage() {
    return new ResourceCheck(new ResourceNeeds(openFiles(), memoryMaps()));
  }

  /**
   * Logs a warning for each limit that is too low.
   *
   * @param partitions number of partitions, for the message
   * @param clients number of connections that the broker accepts from clients
   */
  void warn(ResourceNeeds storage, int partitions, int clients) {
    int connections = clients + OTHER_CONNECTIONS;
    long files = process.openFiles() + storage.openFiles() + connections;
    long maxFiles = maxOpenFiles();
    if (maxFiles < files) {
      LOG.warn(
          "event=few_open_files limit={} needed={} partitions={} connections={}",
          maxFiles,
          files,
          partitions,
          connections);
    }
    long maps = process.memoryMaps() + storage.memoryMaps();
    long maxMaps = maxMemoryMaps();
    if (maxMaps < maps) {
      LOG.warn("event=few_memory_maps limit={} needed={} partitions={}", maxMaps, maps, partitions);
    }
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getOpenFileDescriptorCount()
        : 0;
  }

  private static long maxOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  private static long memoryMaps() {
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.count();
    } catch (IOException e) {
      LOG.debug("event=limit_unknown file={}", MAPS, e);
      return 0;
    }
  }

  private static long maxMemoryMaps() {
    // The kernel gives the number only to a first read that is large enough for all of it.
    byte[] text = new byte[32];
    try (InputStream file = Files.newInputStream(MAX_MAP_COUNT)) {
      int bytes = Math.max(0, file.read(text));
      return Long.parseLong(new String(text, 0, bytes, StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      LOG.debug("event=limit_unknown file={}", MAX_MAP_COUNT, e);
      return Long.MAX_VALUE;
    }
  }
}
