package io.millrace.junit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Starts and stops the brokers of {@link MillraceTest}. Its state is in the stores of the contexts:
 * nested contexts see that of the contexts around them.
 */
final class MillraceExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver,
        TestExecutionExceptionHandler {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(MillraceExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    BrokerSpec.of(testClass)
        .ifPresent(
            spec -> {
              store(context).put(BrokerSpec.class, spec);
              if (spec.isPerClass()) {
                store(context).put(StartedBroker.class, spec.start());
              }
            });
    inject(testClass, null, context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    BrokerSpec.of(context.getRequiredTestClass()).ifPresent(spec -> close(context));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (spec(context).isPerClass()) {
      started(context).broker().reset();
    } else {
      store(context).put(StartedBroker.class, spec(context).start());
    }
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      inject(instance.getClass(), instance, context);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!spec(context).isPerClass()) {
      close(context);
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    failure.addSuppressed(new BrokerState(started(context).broker().describe()));
    throw failure;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return StartedBroker.hasType(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    StartedBroker started = started(context);
    if (started == null) {
      throw new ParameterResolutionException(
          "there is no broker for the parameter "
              + parameter.getParameter()
              + ": each test has its own (Lifecycle.PER_METHOD); constructors and @BeforeAll and"
              + " @AfterAll methods have none");
    }
    try {
      return started.get(parameter.getParameter().getType());
    } catch (IllegalArgumentException e) {
      throw new ParameterResolutionException(e.getMessage(), e);
    }
  }

  /**
   * Sets the fields.
   *
   * @param instance null for the static fields
   */
  private static void inject(Class<?> type, Object instance, ExtensionContext context) {
    AnnotationSupport.findAnnotatedFields(
            type,
            Injected.class,
            field -> Modifier.isStatic(field.getModifiers()) == (instance == null),
            HierarchyTraversalMode.TOP_DOWN)
        .forEach(field -> set(field, instance, started(context)));
  }

  private static void set(Field field, Object instance, StartedBroker started) {
    if (started == null) {
      throw new ExtensionConfigurationException(
          "there is no broker for the static field "
              + field
              + ": each test has its own (Lifecycle.PER_METHOD)");
    }
    try {
      field.setAccessible(true);
      field.set(instance, started.get(field.getType()));
    } catch (IllegalArgumentException | IllegalAccessException e) {
      throw new ExtensionConfigurationException(
          "the field " + field + " cannot be injected: " + e.getMessage(), e);
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }

  private static BrokerSpec spec(ExtensionContext context) {
    return store(context).get(BrokerSpec.class, BrokerSpec.class);
  }

  /** Null if there is none yet. */
  private static StartedBroker started(ExtensionContext context) {
    return store(context).get(StartedBroker.class, StartedBroker.class);
  }

  /** Closes the broker of this context, if it has one. */
  private static void close(ExtensionContext context) {
    StartedBroker started = store(context).remove(StartedBroker.class, StartedBroker.class);
    if (started != null) {
      started.broker().close();
    }
  }

  /** The state of the broker when a test failed, attached to the failure. */
  private static final class BrokerState extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokerState(String state) {
      super(state, null, false, false);
    }
  }
}
