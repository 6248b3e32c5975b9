package io.millrace.server.listener;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The places of the connections of a listener: one limit for all, one for the waiting ones of all,
 * and one for each {@link AddressBlock}. Each method holds the lock of this object for a short
 * time. Any thread.
 *
 * <p>A connection that has not shown yet that it is of use is <i>waiting</i>. If no place is free,
 * a new connection takes the place of a waiting one. At the limit of its address, that is the
 * longest waiting one of the address. At the limit of the listener, or of all waiting connections,
 * it is the longest waiting one of all, or of the same address if this address has more waiting
 * connections. So clients that connect and do nothing cannot keep others out, and a client is not
 * displaced by those of an address with more waiting connections than its own.
 *
 * @param <C> a connection, compared by identity
 */
public final class ConnectionPlaces<C> {

  /**
   * What a new connection gets.
   *
   * @param limit the limit that is reached; null if a place was free
   * @param displaced the waiting connection whose place it gets, and which the caller closes; null
   *     if there is none
   */
  public record Answer<C>(Limit limit, C displaced) {

    /** Whether the connection gets no place. */
    public boolean isRefused() {
      return limit != null && displaced == null;
    }
  }

  /** The limit that is reached. */
  public enum Limit {
    /** Of all connections. */
    ALL,
    /** Of all waiting connections. */
    WAITING,
    /** Of the connections of one address. */
    ADDRESS
  }

  private static final class Block<C> {
    private final Set<C> waiting = new LinkedHashSet<>();
    private int connections;
  }

  private final int max;
  private final int maxPerAddress;
  private final int maxWaiting;
  private final Map<AddressBlock, Block<C>> blocks = new HashMap<>();
  private final Map<C, AddressBlock> addresses = new HashMap<>();

  /** The waiting connections of all addresses; the longest waiting one is the first. */
  private final Set<C> waiting = new LinkedHashSet<>();

  /** Creates free places, all of which waiting connections can take. */
  public ConnectionPlaces(int max, int maxPerAddress) {
    this(max, maxPerAddress, max);
  }

  /**
   * Creates free places.
   *
   * @param maxWaiting how many of them waiting connections can take
   */
  public ConnectionPlaces(int max, int maxPerAddress, int maxWaiting) {
    this.max = max;
    this.maxPerAddress = maxPerAddress;
    this.maxWaiting = maxWaiting;
  }

  /** Gives a new connection a place, if it gets one. It is then waiting. */
  public synchronized Answer<C> take(C connection, AddressBlock address) {
    Limit limit = reached(address);
    C displaced = limit == null ? null : displaceable(limit, blocks.get(address));
    Answer<C> answer = new Answer<>(limit, displaced);
    if (displaced != null) {
      leave(displaced);
    }
    if (!answer.isRefused()) {
      add(connection, address);
    }
    return answer;
  }

  /** The connection is of use: from now on, it keeps its place. */
  public synchronized void settle(C connection) {
    AddressBlock address = addresses.get(connection);
    if (address != null) {
      waiting.remove(connection);
      blocks.get(address).waiting.remove(connection);
    }
  }

  /** The connection has been of use, and waits again: of all, it has waited shortest. */
  public synchronized void renew(C connection) {
    settle(connection);
    AddressBlock address = addresses.get(connection);
    if (address != null) {
      waiting.add(connection);
      blocks.get(address).waiting.add(connection);
    }
  }

  /** The connection is closed. Does nothing if it has no place. */
  public synchronized void leave(C connection) {
    settle(connection);
    AddressBlock address = addresses.remove(connection);
    if (address != null && --blocks.get(address).connections == 0) {
      blocks.remove(address);
    }
  }

  /** The number of places that are taken. */
  public synchronized int taken() {
    return addresses.size();
  }

  private Limit reached(AddressBlock address) {
    Block<C> own = blocks.get(address);
    if (own != null && own.connections >= maxPerAddress) {
      return Limit.ADDRESS;
    }
    if (addresses.size() >= max) {
      return Limit.ALL;
    }
    return waiting.size() >= maxWaiting ? Limit.WAITING : null;
  }

  private C displaceable(Limit limit, Block<C> own) {
    C oldestOfOwn = own == null ? null : first(own.waiting);
    if (limit == Limit.ADDRESS) {
      return oldestOfOwn;
    }
    C oldest = first(waiting);
    if (oldest == null || oldestOfOwn == null) {
      return oldest;
    }
    Block<C> other = blocks.get(addresses.get(oldest));
    return own.waiting.size() >= other.waiting.size() ? oldestOfOwn : oldest;
  }

  private void add(C connection, AddressBlock address) {
    addresses.put(connection, address);
    Block<C> block = blocks.computeIfAbsent(address, missing -> new Block<>());
    block.connections++;
    block.waiting.add(connection);
    waiting.add(connection);
  }

  private C first(Set<C> connections) {
    return connections.isEmpty() ? null : connections.iterator().next();
  }
}
