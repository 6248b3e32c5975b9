package io.millrace.sample;

import io.millrace.embedded.EmbeddedBroker;
import io.millrace.spring.MillraceConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

// begin: broker
@TestConfiguration(proxyBeanMethods = false)
class TestBroker {

  @Bean(destroyMethod = "close")
  EmbeddedBroker broker() {
    return EmbeddedBroker.builder().topic("rides", 4).topic("rides.failed").start();
  }

  @Bean
  MillraceConnectionDetails address(EmbeddedBroker broker) {
    return broker::address; // in place of millrace.server
  }
}
// end
