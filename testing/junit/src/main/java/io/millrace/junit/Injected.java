package io.millrace.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field of a {@link MillraceTest} that gets the broker, its client or its clock. It is set before
 * the {@code @BeforeEach} methods, and a static one before the {@code @BeforeAll} methods. It is
 * not final, and may be private. A static field needs a broker for the class ({@link
 * MillraceTest.Lifecycle#PER_CLASS}); the subclasses that share it must not run in parallel.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Injected {}
