package io.millrace.spring;

import io.millrace.client.ConsumedEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/** The method of a listener, and how its arguments are made from an event. Thread-safe. */
final class ListenerMethod {

  private final Object bean;
  private final Method method;
  private final ArgumentReader[] arguments;

  private ListenerMethod(Object bean, Method method, ArgumentReader[] arguments) {
    this.bean = bean;
    this.method = method;
    this.arguments = arguments;
  }

  /**
   * Checks a method.
   *
   * @param bean the bean, or its proxy
   * @param method the method of the class of the bean
   * @param name the name of the listener, for messages
   * @param converter may be null
   * @throws ListenerConfigurationException if the method cannot be a handler
   */
  static ListenerMethod of(Object bean, Method method, String name, PayloadConverter converter) {
    if (method.getReturnType() != void.class) {
      throw new ListenerConfigurationException(
          name,
          "its method returns " + method.getReturnType().getSimpleName(),
          "return void: an event is finished when the method returns, and not when a future"
              + " completes");
    }
    Parameter[] parameters = method.getParameters();
    ArgumentReader[] arguments = new ArgumentReader[parameters.length];
    int converted = 0;
    for (int i = 0; i < parameters.length; i++) {
      arguments[i] = ArgumentReader.of(parameters[i], name, converter);
      converted += arguments[i] instanceof ArgumentReader.Converted ? 1 : 0;
    }
    if (converted > 1) {
      throw new ListenerConfigurationException(
          name,
          converted + " parameters are converted from the value",
          "leave one, and annotate the others with EventKey or EventHeader");
    }
    return new ListenerMethod(bean, invocable(bean, method, name), arguments);
  }

  /**
   * Calls the method.
   *
   * @throws Exception the failure of the method, or of an argument
   */
  void call(ConsumedEvent event) throws Exception {
    Object[] values = new Object[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments[i].read(event);
    }
    try {
      method.invoke(bean, values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }

  private static Method invocable(Object bean, Method method, String name) {
    try {
      Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
      ReflectionUtils.makeAccessible(invocable);
      return invocable;
    } catch (IllegalStateException e) {
      throw new ListenerConfigurationException(
          name,
          "its bean has a proxy without the method " + method.getName(),
          "make the method public, and declare it in an interface of the bean if the proxy is of"
              + " interfaces",
          e);
    }
  }
}
