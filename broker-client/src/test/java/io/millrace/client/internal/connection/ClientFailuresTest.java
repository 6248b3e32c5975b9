package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ClientFailuresTest {

  @Test
  void reasonIsTheMessageOfTheSystemWithEveryTransport() {
    assertThat(
            ClientFailures.reason(
                new ConnectException(
                    "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:9")))
        .isEqualTo("Connection refused: /127.0.0.1:9");
    assertThat(ClientFailures.reason(new ConnectException("Connection refused: /127.0.0.1:9")))
        .isEqualTo("Connection refused: /127.0.0.1:9");
  }

  @Test
  void reasonOfAFailureWithoutMessageIsItsClass() {
    assertThat(ClientFailures.reason(new IOException())).isEqualTo("IOException");
  }
}
