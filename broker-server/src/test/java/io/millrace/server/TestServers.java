package io.millrace.server;

import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.config.ServerConfig;
import io.millrace.storage.StorageEngine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Servers on free ports, and batches for them. */
final class TestServers {

  static final long NOW_MICROS = 1_700_000_000_000_000L;

  /** The longest wait for something that happens soon on a machine that is not busy. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private TestServers() {}

  /** A server in memory with some settings changed. */
  static MillraceServer start(Map<String, String> changes) {
    return MillraceServer.start(config(changes));
  }

  /** A server with an engine of the test and some settings changed. */
  static MillraceServer start(StorageEngine engine, Map<String, String> changes) {
    return MillraceServer.start(config(engine, changes));
  }

  static ServerConfig config(StorageEngine engine, Map<String, String> changes) {
    return config(changes).withEngine(engine);
  }

  /** A server with a given engine and some settings changed. */
  static MillraceServer start(String engine, Path dataDir, Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(changes);
    settings.put("storage.engine", engine);
    settings.put("dataDir", dataDir.toString());
    return start(settings);
  }

  static ServerConfig config(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>();
    settings.put("listen.port", "0");
    settings.put("http.port", "0");
    settings.put("storage.engine", "memory");
    settings.put("threads.eventLoops", "2");
    settings.putAll(changes);
    return ConfigLoader.load(Optional.empty(), Map.of(), settings);
  }

  /** A batch of events with these values, from one source. */
  static ByteBuffer batch(String source, String... values) {
    return batch(BatchHeader.NO_PRODUCER, BatchHeader.NO_SEQUENCE, source, values);
  }

  /** A batch of an idempotent producer. */
  static ByteBuffer batch(long producerId, long baseSequence, String source, String... values) {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    for (String value : values) {
      boolean added =
          builder.add(
              source.getBytes(StandardCharsets.UTF_8),
              NOW_MICROS,
              null,
              value.getBytes(StandardCharsets.UTF_8),
              List.of());
      if (!added) {
        throw new IllegalArgumentException("the batch is full");
      }
    }
    short epoch = (short) (producerId == BatchHeader.NO_PRODUCER ? -1 : 0);
    return builder.finish(producerId, epoch, baseSequence);
  }
}
