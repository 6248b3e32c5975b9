package io.millrace.spring;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/** An application with nothing but what the starter and its dependencies configure. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class StarterApplication {}
