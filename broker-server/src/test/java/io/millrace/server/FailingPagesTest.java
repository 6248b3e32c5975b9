package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.memory.MemoryStorage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page says which of its parts has failed, and has the others. */
class FailingPagesTest {

  private static final long CAPACITY_BYTES = 16 << 20;

  /** An engine whose reports about itself fail. */
  private static final class SilentStorage implements StorageEngine {

    private static final Set<String> REPORTS = Set.of("freeSpace", "verification");

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Override
    public LogStorage open(Path directory) {
      LogStorage storage = new MemoryStorage(CAPACITY_BYTES, ForkJoinPool.commonPool());
      return (LogStorage)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {LogStorage.class},
              (proxy, method, arguments) -> {
                if (failure.get() != null && REPORTS.contains(method.getName())) {
                  throw failure.get();
                }
                try {
                  return method.invoke(storage, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    @Override
    public String location(Path directory) {
      return "memory, whose reports fail";
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class})
  void everyPageHasThePartsThatDoNotFail(Class<? extends Throwable> failure) throws Exception {
    SilentStorage storage = new SilentStorage();
    try (MillraceServer server = TestServers.start(storage, Map.of())) {
      storage.failure.set(failure.getConstructor(String.class).newInstance("says the test"));

      HttpResponse<String> ready = Metrics.get(server, "/health/ready");
      assertThat(ready.statusCode()).isEqualTo(200);
      assertThat(ready.body())
          .startsWith("{\"status\":\"ready\",\"diskFull\":false,\"usableBytes\":null,")
          .contains("\"failedPartitions\":[],\"failedGroups\":[],\"shortages\":[],\"damage\":[],")
          .contains("\"problems\":[\"usableBytes: it could not be read; see the broker's log\"]");

      HttpResponse<String> recovery = Metrics.get(server, "/recovery");
      assertThat(recovery.statusCode()).isEqualTo(200);
      assertThat(recovery.body())
          .startsWith("{\"verification\":null,\"partitions\":[],\"partitionsTotal\":0,")
          .contains("\"problems\":[\"verification: ");

      HttpResponse<String> metrics = Metrics.get(server, "/metrics");
      assertThat(metrics.statusCode()).isEqualTo(200);
      assertThat(metrics.body())
          .contains("millrace_storage_usable_bytes NaN\n")
          .contains("millrace_storage_verified_bytes_total NaN\n")
          .contains("millrace_connections ");

      storage.failure.set(null);
      assertThat(Metrics.get(server, "/health/ready").body()).contains("\"problems\":[]");
    }
  }
}
