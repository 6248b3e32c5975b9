package io.millrace.spring;

import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceClient;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes the listeners.
 *
 * @param converter may be null
 * @param takeOver may be null
 * @param observers may be null
 */
record ListenerFactory(
    MillraceClient client,
    MillraceProperties properties,
    List<GroupConsumerCustomizer> customizers,
    PayloadConverter converter,
    FailedEventHandler takeOver,
    Observers observers) {

  /**
   * Makes a listener that is stopped.
   *
   * @param resolver replaces placeholders and expressions
   * @throws ListenerConfigurationException if the annotation or the method is not allowed
   */
  RunningListener listener(
      Object bean,
      String beanName,
      Method method,
      MillraceListener annotation,
      UnaryOperator<String> resolver) {
    String name = beanName + "." + method.getName();
    ListenerSpec spec =
        new ListenerSpecReader(name, resolver, properties.listener()).read(annotation);
    ListenerMethod target = ListenerMethod.of(bean, method, spec.id(), converter);
    HandlerObserver[] observer = new HandlerObserver[1];
    RunningListener listener =
        new RunningListener(
            spec,
            properties,
            () -> member(spec),
            running ->
                new ListenerHandler(
                    running, target, spec.options().attempts(), takeOver, observer[0]));
    observer[0] = observers == null ? null : observers.ofListener(listener);
    return listener;
  }

  private GroupConsumer member(ListenerSpec spec) {
    GroupConsumer.Builder member = client.groupConsumer(spec.group());
    spec.applyTo(member, properties.listener());
    customizers.forEach(each -> each.customize(spec.id(), member));
    return member.build();
  }
}
