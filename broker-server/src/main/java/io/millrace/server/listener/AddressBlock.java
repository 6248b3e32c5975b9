package io.millrace.server.listener;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The addresses that count as one client: an IPv4 address, or the 64 bits that an IPv6 network has.
 * One machine can use every IPv6 address of its /64.
 *
 * @param prefix the IPv4 address, or the first half of the IPv6 address
 */
public record AddressBlock(boolean ipv6, long prefix) {

  /** The block of an address. */
  public static AddressBlock of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? new AddressBlock(true, bytes.getLong())
        : new AddressBlock(false, bytes.getInt());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (ipv6) {
      for (int shift = 48; shift >= 0; shift -= 16) {
        text.append(Long.toHexString(prefix >>> shift & 0xffff)).append(':');
      }
      return text.append(":/64").toString();
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      text.append(prefix >>> shift & 0xff).append(shift == 0 ? "" : ".");
    }
    return text.toString();
  }
}
