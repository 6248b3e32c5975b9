package io.millrace.client.internal.connection;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;

/**
 * The order in which an attempt to connect tries the addresses of a host. The address families take
 * turns (RFC 8305, section 4), so that a family without a route delays the other one only once. The
 * address that worked last is the first one. If none has worked, each attempt begins with another
 * address than the attempt before. Event loop only.
 */
final class AddressOrder {

  /** The maximum number of addresses of one attempt. The next attempt begins with the others. */
  static final int MAX_ADDRESSES = 16;

  private InetAddress first;

  /** The addresses, each once. */
  List<InetAddress> order(List<InetAddress> resolved) {
    List<InetAddress> order = takeTurns(resolved);
    int at = Math.max(0, order.indexOf(first));
    List<InetAddress> rotated = new ArrayList<>(order.subList(at, order.size()));
    rotated.addAll(order.subList(0, at));
    return rotated;
  }

  /** A connection to an address is ready. */
  void worked(InetAddress address) {
    first = address;
  }

  /**
   * An attempt has failed.
   *
   * @param order the addresses of the attempt
   * @param tried the number of those that were tried, from the first on
   */
  void failed(List<InetAddress> order, int tried) {
    first = order.get((tried < order.size() ? tried : 1) % order.size());
  }

  private static List<InetAddress> takeTurns(List<InetAddress> resolved) {
    Queue<InetAddress> same = new ArrayDeque<>();
    Queue<InetAddress> other = new ArrayDeque<>();
    for (InetAddress address : new LinkedHashSet<>(resolved)) {
      boolean isSame = address.getClass() == resolved.get(0).getClass();
      (isSame ? same : other).add(address);
    }
    List<InetAddress> order = new ArrayList<>();
    while (!same.isEmpty() || !other.isEmpty()) {
      addNext(same, order);
      addNext(other, order);
    }
    return order;
  }

  private static void addNext(Queue<InetAddress> family, List<InetAddress> order) {
    if (!family.isEmpty()) {
      order.add(family.remove());
    }
  }
}
