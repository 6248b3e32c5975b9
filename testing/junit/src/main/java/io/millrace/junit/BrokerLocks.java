package io.millrace.junit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/** Tests that share a broker run one after the other. Any thread. */
final class BrokerLocks implements ResourceLocksProvider {

  @Override
  public Set<Lock> provideForMethod(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
    return BrokerSpec.around(enclosingInstanceTypes, testClass)
        .filter(BrokerSpec::isPerClass)
        .map(spec -> Set.of(new Lock("broker of " + spec.owner().getName())))
        .orElse(Set.of());
  }
}
