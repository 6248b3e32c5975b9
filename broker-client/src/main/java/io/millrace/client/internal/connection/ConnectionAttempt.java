package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.TlsContext;
import io.millrace.client.internal.security.TlsSetupException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ThrottledPush;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One attempt to connect to the broker, within the connect timeout. It looks up all addresses of
 * the host and tries them one after the other, each with a short head start ("Happy Eyeballs", RFC
 * 8305). An address wins when the broker has answered Hello: a port that accepts connections and
 * says nothing does not win. The connections to the other addresses are then closed. Event loop
 * only.
 */
final class ConnectionAttempt {

  /** The time after which the next address is tried too; RFC 8305, section 8. */
  private static final long HEAD_START_MS = 250;

  /**
   * The head start of an address that has accepted the connection. A busy broker can need seconds
   * for its first answer.
   */
  private static final long HELLO_HEAD_START_MS = 2000;

  private final Connector connector;
  private final ClientSettings settings;
  private final EventLoop eventLoop;
  private final ConnectionOwner owner;
  private final Consumer<ConnectFailure> onFailure;
  private final long deadlineNanos;
  private final Set<Candidate> open = new LinkedHashSet<>();
  private final List<ConnectFailure.OfAddress> failures = new ArrayList<>();

  private List<InetAddress> addresses = List.of();
  private ClientSecurityContext security;
  private int tried;
  private Future<?> headStart;
  private boolean over;

  /**
   * @param owner becomes the owner of the connection that wins; called first when it is ready
   * @param onFailure called when no address is left; not called after {@link #cancel}
   */
  ConnectionAttempt(
      Connector connector,
      ClientSettings settings,
      EventLoop eventLoop,
      ConnectionOwner owner,
      Consumer<ConnectFailure> onFailure) {
    this.connector = connector;
    this.settings = settings;
    this.eventLoop = eventLoop;
    this.owner = owner;
    this.onFailure = onFailure;
    this.deadlineNanos = System.nanoTime() + settings.connectTimeout().toNanos();
  }

  /** Starts the attempt. */
  void start() {
    Future<?> timer =
        eventLoop.schedule(
            () -> tlsFailed(TlsSetupException.slowFiles()),
            deadlineNanos - System.nanoTime(),
            TimeUnit.NANOSECONDS);
    connector
        .tls()
        .addListener(
            (io.netty.util.concurrent.Future<Optional<TlsContext>> context) -> {
              timer.cancel(false);
              if (over) {
                return;
              }
              if (context.isSuccess()) {
                security = connector.security(context.getNow());
                findAddresses();
              } else {
                tlsFailed(context.cause());
              }
            });
  }

  private void tlsFailed(Throwable cause) {
    if (!over) {
      over = true;
      onFailure.accept(ConnectFailure.beforeConnecting(settings.server(), cause));
    }
  }

  private void findAddresses() {
    connector
        .resolver()
        .resolve(settings.server().host())
        .addListener(
            (io.netty.util.concurrent.Future<List<InetAddress>> found) -> {
              if (over) {
                return;
              }
              if (found.isSuccess()) {
                addresses = connector.order().order(found.getNow());
                tryNext();
              } else {
                over = true;
                onFailure.accept(ConnectFailure.ofLookup(settings.server(), found.cause()));
              }
            });
  }

  /** What the attempt waits for, in a few words. */
  String progress() {
    if (security == null) {
      return "TLS is being set up, and its files are read";
    }
    if (addresses.isEmpty()) {
      return "the lookup of the host " + settings.server().host() + " has no result yet";
    }
    return open.stream().anyMatch(Candidate::isConnected)
        ? "the port accepts connections and does not answer Hello: the broker is busy, or another"
            + " program has the port; "
            + ClientFailures.portHint(settings.server())
        : "the host does not answer";
  }

  /** Ends the attempt without an outcome, and closes its connections. */
  void cancel() {
    end();
  }

  private void tryNext() {
    InetAddress address = addresses.get(tried++);
    Candidate next = new Candidate(address);
    open.add(next);
    if (mayTryMore()) {
      headStart = scheduleShare(this::headStartIsOver, HEAD_START_MS);
    }
    next.connect();
  }

  private void headStartIsOver() {
    if (open.stream().noneMatch(Candidate::isConnected)) {
      tryNext();
      return;
    }
    headStart = scheduleShare(this::tryNext, HELLO_HEAD_START_MS);
  }

  /** Leaves an equal share of the time to each address that is not tried yet. */
  private Future<?> scheduleShare(Runnable task, long longestMs) {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    int untried = Math.min(addresses.size(), AddressOrder.MAX_ADDRESSES) - tried;
    long delayMs = Math.min(longestMs, Math.max(0, leftMs) / (untried + 1));
    return eventLoop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  private boolean mayTryMore() {
    return tried < Math.min(addresses.size(), AddressOrder.MAX_ADDRESSES)
        && deadlineNanos - System.nanoTime() > 0;
  }

  private void won(Candidate winner, ClientConnection connection) {
    open.remove(winner);
    connector.order().worked(winner.address);
    end();
    owner.ready(connection);
  }

  private void lost(Candidate loser, MillraceException cause) {
    if (over || !open.remove(loser)) {
      return;
    }
    failures.add(new ConnectFailure.OfAddress(textOf(loser.address), cause));
    if (mayTryMore()) {
      headStart.cancel(false);
      tryNext();
    } else if (open.isEmpty()) {
      end();
      connector.order().failed(addresses, tried);
      onFailure.accept(
          ConnectFailure.ofAddresses(settings.server(), failures, addresses.size() - tried));
    }
  }

  private String textOf(InetAddress address) {
    return HostResolver.isAddress(settings.server().host()) ? "" : address.getHostAddress();
  }

  private void end() {
    over = true;
    if (headStart != null) {
      headStart.cancel(false);
    }
    List.copyOf(open).forEach(Candidate::cancel);
    open.clear();
  }

  /** The connection to one address. Once it has won, it belongs to the owner. */
  private final class Candidate implements ConnectionOwner {

    private final InetAddress address;
    private final ClientConnection connection;
    private ChannelFuture connected;
    private boolean won;

    Candidate(InetAddress address) {
      this.address = address;
      this.connection = new ClientConnection(settings, security, this, deadlineNanos);
    }

    void connect() {
      InetSocketAddress to = new InetSocketAddress(address, settings.server().port());
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      connected = connector.connect(connection, security.tls(), to, (int) Math.max(1, leftMs));
      connected.addListener(
          done -> {
            if (!done.isSuccess()) {
              String reason = ClientFailures.reasonOfConnect(done.cause(), to);
              lost(this, new MillraceException(ErrorCode.SERVER_UNREACHABLE, reason, done.cause()));
            }
          });
    }

    boolean isConnected() {
      return connected.isSuccess();
    }

    void cancel() {
      connected.channel().close();
    }

    @Override
    public void ready(ClientConnection ready) {
      if (over) {
        cancel();
        return;
      }
      won = true;
      won(this, ready);
    }

    @Override
    public void goingAway(ClientConnection leaving) {
      owner.goingAway(leaving);
    }

    @Override
    public void writable(ClientConnection writable) {
      owner.writable(writable);
    }

    @Override
    public void throttled(ClientConnection throttled, ThrottledPush push) {
      owner.throttled(throttled, push);
    }

    @Override
    public void closed(ClientConnection closed, MillraceException cause) {
      if (won) {
        owner.closed(closed, cause);
      } else {
        lost(this, cause);
      }
    }
  }
}
