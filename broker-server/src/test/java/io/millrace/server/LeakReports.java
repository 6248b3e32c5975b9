package io.millrace.server;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Collects Netty's reports of buffers that were not released. Installed before the first test,
 * because Netty asks for its detector once.
 */
public final class LeakReports implements LauncherSessionListener {

  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

  /** All reports so far. */
  static Queue<String> all() {
    return REPORTS;
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          // The other overload is newer, but this one is abstract.
          @Override
          @SuppressWarnings("deprecation")
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return new Collecting<>(resource, samplingInterval);
          }
        });
  }

  private static final class Collecting<T> extends ResourceLeakDetector<T> {

    Collecting(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      REPORTS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      REPORTS.add(resourceType);
    }
  }
}
