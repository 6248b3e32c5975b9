package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.AccessRule;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed while rules change has each change as a whole, or not at all. */
class AccessCrashTest {

  private static final int BEFORE_KILL = 5;

  @TempDir Path directory;

  private static List<AccessRule> pair(int number) {
    return List.of(
        new AccessRule("anna", "read topic:t" + number),
        new AccessRule("bob", "read topic:t" + number));
  }

  @Test
  void answeredChangesAreThereAndNoneIsHalf() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      AtomicInteger answered = new AtomicInteger();
      CountDownLatch underWay = new CountDownLatch(BEFORE_KILL);
      MillraceClient admin = MillraceClient.connect(broker.address());
      Thread changes = new Thread(() -> change(admin, answered, underWay));
      changes.start();
      underWay.await();
      broker.kill();
      admin.close(); // the change that has no answer fails at once
      changes.join();
      broker.start();

      List<AccessRule> rules;
      try (MillraceClient client = MillraceClient.connect(broker.address())) {
        rules = client.admin().access().listRules();
      }
      assertThat(rules.size() % 2).isZero();
      int pairs = rules.size() / 2;
      assertThat(pairs).isBetween(answered.get(), answered.get() + 1);
      for (int number = 0; number < pairs; number++) {
        assertThat(rules).containsAll(pair(number));
      }
    }
  }

  private static void change(
      MillraceClient admin, AtomicInteger answered, CountDownLatch underWay) {
    try {
      for (int number = 0; ; number++) {
        admin.admin().access().addRules(pair(number));
        answered.incrementAndGet();
        underWay.countDown();
      }
    } catch (MillraceException closed) {
      // the broker has been killed
    }
  }
}
