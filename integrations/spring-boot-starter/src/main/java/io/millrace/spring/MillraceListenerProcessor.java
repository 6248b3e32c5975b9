package io.millrace.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Finds the methods with {@link MillraceListener}. Their listeners are made when all singletons are
 * there, and that of a lazy bean when the bean is made.
 */
final class MillraceListenerProcessor
    implements BeanPostProcessor, SmartInitializingSingleton, BeanFactoryAware {

  private record Found(Object bean, String name, Method method, MillraceListener annotation) {}

  private final List<Found> waiting = new ArrayList<>();
  private ConfigurableBeanFactory beans;
  private boolean allThere;

  /** The methods of a class with the annotation. */
  static Map<Method, MillraceListener> methods(Class<?> type) {
    return MethodIntrospector.selectMethods(
        type,
        (MethodIntrospector.MetadataLookup<MillraceListener>)
            method -> AnnotatedElementUtils.findMergedAnnotation(method, MillraceListener.class));
  }

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    beans = (ConfigurableBeanFactory) beanFactory;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    Class<?> type = AopUtils.getTargetClass(bean);
    if (type.getName().startsWith("org.springframework.")) {
      return bean;
    }
    methods(type)
        .forEach((method, annotation) -> found(new Found(bean, beanName, method, annotation)));
    return bean;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<Found> all;
    synchronized (this) {
      allThere = true;
      all = List.copyOf(waiting);
      waiting.clear();
    }
    all.forEach(this::add);
  }

  private void found(Found method) {
    synchronized (this) {
      if (!allThere) {
        waiting.add(method);
        return;
      }
    }
    add(method);
  }

  private void add(Found found) {
    EmbeddedValueResolver resolver = new EmbeddedValueResolver(beans);
    beans
        .getBean(MillraceListenerRegistry.class)
        .add(
            beans
                .getBean(ListenerFactory.class)
                .listener(
                    found.bean(),
                    found.name(),
                    found.method(),
                    found.annotation(),
                    resolver::resolveStringValue));
  }
}
