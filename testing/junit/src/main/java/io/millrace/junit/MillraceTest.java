package io.millrace.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives a test class an embedded broker, which is stopped after its tests.
 *
 * <pre>{@code
 * @MillraceTest(topics = "rides")
 * class RideServiceTest {
 *
 *   @Test
 *   void aRideIsAnnounced(EmbeddedBroker broker) {
 *     new RideService(broker.address()).accept("ride-4711");
 *     assertThat(broker.awaitEvents("rides", 1, Duration.ofMinutes(1))).hasSize(1);
 *   }
 * }
 * }</pre>
 *
 * <p>Parameters of tests, of lifecycle methods and of constructors, and fields that are {@link
 * Injected}, can have these types: {@link io.millrace.embedded.EmbeddedBroker}; {@link
 * io.millrace.client.MillraceClient}, the client of the broker; {@link
 * io.millrace.embedded.ManualClock}, if {@link #manualClock} is set.
 *
 * <p><b>Between tests.</b> All tests of a class use one broker by default. Before each test the
 * broker is {@linkplain io.millrace.embedded.EmbeddedBroker#reset reset}: it has the declared
 * topics, without events, and no fault. So the tests of a class do not see the events of each
 * other, and a service under test can use the names of topics that it uses in production. With
 * {@link Lifecycle#PER_METHOD}, each test has a broker of its own.
 *
 * <p><b>Nested classes</b> use the broker of the class around them, unless they have this
 * annotation themselves.
 *
 * <p><b>Parallel tests.</b> Classes run in parallel. The tests of a class that share a broker run
 * one after the other, also if JUnit is configured to run methods concurrently; with {@link
 * Lifecycle#PER_METHOD} they run in parallel.
 *
 * <p>If a test fails, the state of the broker is attached to the failure as a suppressed exception.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(MillraceExtension.class)
@ResourceLock(providers = BrokerLocks.class)
public @interface MillraceTest {

  /** The names of the topics that each test finds, without events. Default: none. */
  String[] topics() default {};

  /** The number of partitions of each of these topics. Default: 1. */
  int partitions() default 1;

  /**
   * Settings of the broker, each as {@code key=value}, such as {@code limits.maxEventBytes=64KiB}.
   * The keys and values are those of {@code config/broker.yaml}.
   */
  String[] settings() default {};

  /** Where the events are. Default: in the heap. */
  Storage storage() default Storage.MEMORY;

  /** How long a broker is used. Default: for all tests of the class. */
  Lifecycle lifecycle() default Lifecycle.PER_CLASS;

  /**
   * Whether the broker has a clock that stands still until the test moves it. It starts at the time
   * of the machine, and is not set back between the tests of a class. Default: no.
   */
  boolean manualClock() default false;

  /** Where a broker keeps its events. */
  enum Storage {
    /** The heap. */
    MEMORY,

    /**
     * A temporary directory, with the engine of an installed broker. The JVM needs the flags that
     * {@code docs/testing-your-program.md} lists.
     */
    TEMPORARY_DIRECTORY
  }

  /** How long a broker is used. */
  enum Lifecycle {
    /** All tests of a class use one broker, one after the other. */
    PER_CLASS,

    /** Each test starts a broker. */
    PER_METHOD
  }
}
