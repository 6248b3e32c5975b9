package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressOrderTest {

  private final AddressOrder order = new AddressOrder();

  private static List<InetAddress> addresses(String... texts) throws UnknownHostException {
    List<InetAddress> all = new ArrayList<>();
    for (String text : texts) {
      all.add(InetAddress.getByName(text));
    }
    return all;
  }

  @Test
  void familiesTakeTurnsAndEachAddressComesOnce() throws Exception {
    assertThat(order.order(addresses("10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3", "::1", "::2")))
        .isEqualTo(addresses("10.0.0.1", "::1", "10.0.0.2", "::2", "10.0.0.3"));
    assertThat(order.order(addresses("::1", "10.0.0.1", "10.0.0.2")))
        .isEqualTo(addresses("::1", "10.0.0.1", "10.0.0.2"));
  }

  @Test
  void addressThatWorkedLastIsTheFirst() throws Exception {
    List<InetAddress> all = addresses("10.0.0.1", "10.0.0.2", "10.0.0.3");
    order.worked(all.get(2));
    assertThat(order.order(all)).isEqualTo(addresses("10.0.0.3", "10.0.0.1", "10.0.0.2"));
    assertThat(order.order(addresses("10.0.0.8", "10.0.0.9")))
        .isEqualTo(addresses("10.0.0.8", "10.0.0.9"));
  }

  @Test
  void eachFailedAttemptIsFollowedByOneThatBeginsWithAnotherAddress() throws Exception {
    List<InetAddress> all = addresses("10.0.0.1", "10.0.0.2", "10.0.0.3");
    order.failed(all, 3);
    List<InetAddress> second = order.order(all);
    assertThat(second).isEqualTo(addresses("10.0.0.2", "10.0.0.3", "10.0.0.1"));
    order.failed(second, 2);
    assertThat(order.order(all)).isEqualTo(addresses("10.0.0.1", "10.0.0.2", "10.0.0.3"));
    order.failed(addresses("10.0.0.1"), 1);
    assertThat(order.order(addresses("10.0.0.1"))).isEqualTo(addresses("10.0.0.1"));
  }
}
