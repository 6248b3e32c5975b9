package io.millrace.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a bean the handler of events. The listener is a member of a group, which keeps
 * its position. An event is committed when the method has returned; if the method throws, it is
 * called again as often as {@link #attempts} says, and then the listener does what {@link
 * #onFailure} says. An event that has failed is never committed, so each event is processed at
 * least once.
 *
 * <p>The method returns {@code void}. Its parameters, in any order:
 *
 * <ul>
 *   <li>{@link io.millrace.client.ConsumedEvent}: the event
 *   <li>{@code byte[]} or {@code String}: the value, as UTF-8
 *   <li>{@link EventKey}, {@link EventHeader}: the key, a header
 *   <li>one of any other type: the value, converted by the {@link PayloadConverter}
 * </ul>
 *
 * <p>All texts may contain placeholders ({@code ${...}}) and expressions ({@code #{...}}). An empty
 * text means the property {@code millrace.listener.*} of the same name.
 *
 * <p><b>Threads.</b> The method is called on {@link #concurrency} threads at the same time, and is
 * interrupted if it still runs when the time {@code millrace.listener.drain} of a stop is over.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MillraceListener {

  /** The name of the listener in health, meters and logs. Default: {@code beanName.method}. */
  String id() default "";

  /** The topics to read. A text may contain several names, separated by commas. */
  String[] topics() default {};

  /** Reads all topics that match too, such as {@code orders.*}. */
  String pattern() default "";

  /** The group. Default: the property {@code millrace.listener.group}. */
  String group() default "";

  /** Only events that match this filter are handled. Default: all. */
  String where() default "";

  /** Only events of these sources are handled. Default: all. */
  String[] sources() default {};

  /** The number of threads, 1 to 1,024. */
  String concurrency() default "";

  /** Which events wait for each other: {@code PARTITION}, {@code KEY} or {@code NONE}. */
  String ordering() default "";

  /** How often the method is called for an event before the event has failed; 1 or more. */
  String attempts() default "";

  /** What follows when an event has failed: {@code STOP} or {@code RESTART}. */
  String onFailure() default "";

  /** Whether the listener starts with the application: {@code true} or {@code false}. */
  String autoStartup() default "";
}
