package io.millrace.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Passes the value of a header to a parameter of a {@link MillraceListener}: {@code byte[]}, or
 * {@code String}, which is decoded as UTF-8. If there are several headers of the name, the first
 * one counts.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface EventHeader {

  /** The name of the header. */
  String value();

  /** Whether an event without this header fails. If not, the parameter is null. */
  boolean required() default true;
}
