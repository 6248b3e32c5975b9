package io.millrace.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.server.authentication.AuthenticationObserver;
import io.millrace.server.authentication.Login;
import io.millrace.server.security.Session;

/** Counts authentications, by mechanism and result. Any thread. */
public final class AuthenticationMeters implements AuthenticationObserver {

  private final MeterRegistry registry;

  AuthenticationMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void succeeded(Session session, Login login) {
    count(login.mechanism(), "success");
  }

  @Override
  public void failed(Session session, String mechanism, String subject, String reason) {
    count(mechanism, "failure");
  }

  @Override
  public void delayed(Session session, String mechanism, String subject) {
    count(mechanism, "delayed");
  }

  private void count(String mechanism, String result) {
    Counter.builder("millrace.authentications")
        .description("Attempts of clients to authenticate")
        .tag("mechanism", mechanism)
        .tag("result", result)
        .register(registry)
        .increment();
  }
}
