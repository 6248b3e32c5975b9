package io.millrace.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.listener.ConnectionPlaces.Answer;
import io.millrace.server.listener.ConnectionPlaces.Limit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ConnectionPlacesTest {

  private static final AddressBlock A = block("10.0.0.1");
  private static final AddressBlock B = block("10.0.0.2");
  private static final AddressBlock C = block("10.0.0.3");

  private final ConnectionPlaces<String> places = new ConnectionPlaces<>(4, 3);

  @Test
  void anAddressGetsNoMorePlacesThanItsLimit() {
    takeSettled("a1", A);
    takeSettled("a2", A);
    takeSettled("a3", A);

    assertThat(places.take("a4", A)).isEqualTo(new Answer<>(Limit.ADDRESS, null));
    assertThat(places.take("b1", B)).isEqualTo(new Answer<>(null, null));
    assertThat(places.taken()).isEqualTo(4);
  }

  @Test
  void theLongestWaitingConnectionOfTheAddressGivesItsPlace() {
    takeSettled("a1", A);
    places.take("a2", A);
    places.take("a3", A);

    assertThat(places.take("a4", A)).isEqualTo(new Answer<>(Limit.ADDRESS, "a2"));
    assertThat(places.taken()).isEqualTo(3);
  }

  @Test
  void atTheLimitOfAllTheLongestWaitingConnectionGivesItsPlace() {
    places.take("a1", A);
    takeSettled("a2", A);
    places.take("b1", B);
    places.take("b2", B);

    assertThat(places.take("c1", C)).isEqualTo(new Answer<>(Limit.ALL, "a1"));
  }

  @Test
  void anAddressWithManyWaitingConnectionsDisplacesItsOwn() {
    places.take("a1", A);
    places.take("b1", B);
    places.take("b2", B);
    takeSettled("c1", C);

    assertThat(places.take("b3", B)).isEqualTo(new Answer<>(Limit.ALL, "b1"));
  }

  @Test
  void aConnectionWithoutAPlaceIsRefusedWhenNoneWaits() {
    takeSettled("a1", A);
    takeSettled("a2", A);
    takeSettled("b1", B);
    takeSettled("b2", B);

    assertThat(places.take("c1", C).isRefused()).isTrue();
    places.leave("c1");
    places.leave("b1");
    assertThat(places.take("c2", C).isRefused()).isFalse();
  }

  @Test
  void aRenewedConnectionHasWaitedShortest() {
    places.take("a1", A);
    places.take("a2", A);
    places.take("a3", A);
    places.renew("a1");

    assertThat(places.take("a4", A).displaced()).isEqualTo("a2");
  }

  @Test
  void whatHasNoPlaceChangesNothing() {
    places.take("a1", A);
    places.leave("a1");
    places.leave("a1");
    places.renew("a1");
    places.settle("a1");

    assertThat(places.taken()).isZero();
  }

  @Test
  void anIpv6NetworkIsOneAddress() {
    assertThat(block("2001:db8:1:2::1")).isEqualTo(block("2001:db8:1:2:ffff::9"));
    assertThat(block("2001:db8:1:2::1")).isNotEqualTo(block("2001:db8:1:3::1"));
    assertThat(block("::1")).isNotEqualTo(block("0.0.0.0"));
    assertThat(block("::ffff:10.0.0.1")).isEqualTo(A);
    assertThat(block("2001:db8:1:2::1")).hasToString("2001:db8:1:2::/64");
    assertThat(block("192.168.0.255")).hasToString("192.168.0.255");
  }

  @Test
  void waitingConnectionsHaveALimitOfTheirOwn() {
    ConnectionPlaces<String> limited = new ConnectionPlaces<>(8, 8, 2);
    limited.take("settled", A);
    limited.settle("settled");
    limited.take("first", A);
    limited.take("second", A);

    ConnectionPlaces.Answer<String> third = limited.take("third", B);

    assertThat(third.limit()).isEqualTo(ConnectionPlaces.Limit.WAITING);
    assertThat(third.displaced()).isEqualTo("first");
    assertThat(limited.taken()).isEqualTo(3);
  }

  private void takeSettled(String connection, AddressBlock address) {
    places.take(connection, address);
    places.settle(connection);
  }

  private static AddressBlock block(String address) {
    try {
      return AddressBlock.of(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
