package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.client.Credentials;
import io.millrace.client.MillraceException;
import io.millrace.client.TlsOptions;
import io.millrace.protocol.ErrorCode;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** The properties of TLS and of the credentials. */
class SecurityPropertiesTest {

  private static final String SECRET = "sesame";

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(MillraceProperties.class)
  static class Properties {}

  private static MillraceProperties bound(String... values) {
    MillraceProperties[] found = new MillraceProperties[1];
    new ApplicationContextRunner()
        .withUserConfiguration(Properties.class)
        .withPropertyValues(values)
        .run(context -> found[0] = context.getBean(MillraceProperties.class));
    return found[0];
  }

  private static Optional<TlsOptions> tls(String... values) {
    return bound(values).tls().options();
  }

  private static Credentials credentials(String... values) {
    return bound(values).credentials().credentials().orElseThrow();
  }

  @Test
  void nothingIsSetByDefault() {
    assertThat(tls()).isEmpty();
    assertThat(bound().credentials().credentials()).isEmpty();
  }

  @Test
  void fileTurnsTlsOnUnlessItIsOff() {
    assertThat(tls("millrace.tls.enabled=true").orElseThrow().trusted()).isEmpty();
    assertThat(tls("millrace.tls.ca=/ca.pem").orElseThrow().trusted()).contains(Path.of("/ca.pem"));
    assertThat(tls("millrace.tls.ca=/ca.pem", "millrace.tls.enabled=false")).isEmpty();
    TlsOptions mutual =
        tls("millrace.tls.certificate=/c.pem", "millrace.tls.key=/k.pem").orElseThrow();
    assertThat(mutual.certificate()).contains(Path.of("/c.pem"));
    assertThat(mutual.key()).contains(Path.of("/k.pem"));
  }

  @Test
  void credentialsAreOfTheirKind() {
    Credentials user =
        credentials("millrace.credentials.username=alice", "millrace.credentials.password=sesame");
    assertThat(((Credentials.Password) user).user()).isEqualTo("alice");
    assertThat(((Credentials.Password) user).secret()).containsExactly(SECRET.toCharArray());
    Credentials token = credentials("millrace.credentials.token=mrt_1_sesame");
    assertThat(((Credentials.Token) token).secret()).isEqualTo("mrt_1_sesame");
    assertThat(credentials("millrace.credentials.token-file=/run/token"))
        .hasToString("token in /run/token");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "millrace.tls.key=/k.pem|millrace.tls.certificate and millrace.tls.key belong together",
        "millrace.credentials.username=a|username and millrace.credentials.password belong together",
        "millrace.credentials.token=sesame,millrace.credentials.token-file=b|more than one of",
        "millrace.credentials.token=two sesame|characters other than printable ASCII",
      })
  void mistakesStopTheStartWithoutShowingASecret(String properties, String reason) {
    StarterTest.applicationWithoutAddress()
        .withPropertyValues(properties.split(","))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining(reason)
                    .satisfies(
                        failure -> {
                          for (Throwable each = failure; each != null; each = each.getCause()) {
                            assertThat(each).hasMessageNotContaining(SECRET);
                          }
                        }));
  }

  @Test
  void propertiesDoNotShowSecrets() {
    MillraceProperties properties =
        bound("millrace.credentials.username=alice", "millrace.credentials.password=sesame");
    assertThat(properties.toString()).contains("alice", "***").doesNotContain(SECRET);
    assertThat(bound("millrace.credentials.token=mrt_sesame").toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTHENTICATION_REQUIRED", "AUTHENTICATION_FAILED", "TLS_REQUIRED"})
  void refusedApplicationLearnsWhichPropertiesToCheck(ErrorCode code) {
    MillraceException failure = new MillraceException(code, "the broker refused the client");
    Throwable thrown = catchThrowable(() -> wrap(failure));
    assertThat(new BrokerFailureAnalyzer().analyze(thrown, failure).getAction())
        .contains(code == ErrorCode.TLS_REQUIRED ? "millrace.tls.ca" : "millrace.credentials.");
  }

  private static void wrap(MillraceException failure) {
    throw new IllegalStateException(failure);
  }
}
