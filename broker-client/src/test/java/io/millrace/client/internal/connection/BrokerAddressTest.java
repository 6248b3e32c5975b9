package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {

  @Test
  void readsHostsWithAndWithoutPort() {
    assertThat(BrokerAddress.parse("localhost:1")).isEqualTo(new BrokerAddress("localhost", 1));
    assertThat(BrokerAddress.parse("10.0.0.1:65535"))
        .isEqualTo(new BrokerAddress("10.0.0.1", 65_535));
    assertThat(BrokerAddress.parse("broker")).isEqualTo(new BrokerAddress("broker", 9710));
    assertThat(BrokerAddress.parse("[::1]:9711")).isEqualTo(new BrokerAddress("::1", 9711));
    assertThat(BrokerAddress.parse("[::1]")).isEqualTo(new BrokerAddress("::1", 9710));
  }

  @Test
  void textFormCanBeReadAgain() {
    for (String text : new String[] {"localhost:1", "[::1]:9711"}) {
      assertThat(BrokerAddress.parse(text)).hasToString(text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":1", "host:", "host:x", "host:0", "host:65536", "::1", "[]:1", " :1"})
  void refusesInvalidAddresses(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BrokerAddress.parse(text))
        .withMessageContaining("'" + text + "'")
        .withMessageContaining("host:port");
  }
}
