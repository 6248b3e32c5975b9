package io.millrace.client.fake;

import io.millrace.group.GroupTopic;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.AlterTopicRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ApiVersions;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DamagedRangeInfo;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteEventsResponse;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DescribeBrokerRequest;
import io.millrace.protocol.wire.DescribeBrokerResponse;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import io.millrace.protocol.wire.PartitionInfo;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.RefusingPartition;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SourceInfo;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.protocol.wire.UnsubscribeRequest;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A broker on an ephemeral port of loopback. All requests are executed while its monitor is held,
 * so nothing changes while a test holds it.
 */
public final class FakeBroker implements AutoCloseable {

  /** The default limits that the broker announces. */
  public static final int MAX_EVENT_BYTES = 1 << 20;

  /** See {@link #MAX_EVENT_BYTES}. */
  public static final int MAX_BATCH_BYTES = 4 << 20;

  private final Map<String, TopicInfo> topics = new TreeMap<>();
  private final Map<UUID, List<FakePartition>> partitions = new HashMap<>();
  private final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
  private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
  private final Object lifecycle = new Object();
  private final FakeGroups groups = new FakeGroups();

  private volatile Script script = Exchange::proceed;
  private volatile int idleTimeoutMs = 60_000;
  private volatile int maxEventBytes = MAX_EVENT_BYTES;
  private volatile int maxBatchBytes = MAX_BATCH_BYTES;
  private volatile FakeLogins logins;
  private volatile SocketWrapper tls = socket -> socket;
  private int port;
  private ServerSocket server;
  private Thread acceptor;
  private volatile List<ApiVersions> apis = SupportedVersions.ofThisBuild().toList();
  private long lastProducerId = 100;
  private long secretKey = 1;
  private short namedEpoch = -1;
  private long usableBytes = 1L << 30;
  private List<RefusingPartition> refusing = List.of();
  private List<DamagedRangeInfo> damage = List.of();

  /** Handles each request. */
  @FunctionalInterface
  public interface Script {
    /** Called while the broker's monitor is held. */
    void handle(Exchange exchange);
  }

  /** Adds TLS to an accepted connection. */
  private interface SocketWrapper {
    Socket wrap(Socket accepted) throws IOException;
  }

  public FakeBroker() {
    start();
  }

  /**
   * Speaks TLS from the next connection on.
   *
   * @param needClientCertificate whether a client without a certificate is refused
   */
  public FakeBroker tls(SSLContext context, boolean needClientCertificate) {
    tls =
        accepted -> {
          SSLSocket socket =
              (SSLSocket) context.getSocketFactory().createSocket(accepted, null, port, true);
          socket.setUseClientMode(false);
          socket.setNeedClientAuth(needClientCertificate);
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setApplicationProtocols(new String[] {"millrace/1"});
          socket.setSSLParameters(parameters);
          return socket;
        };
    return this;
  }

  /** Needs credentials from the next connection on. */
  public FakeBroker requires(FakeLogins accepted) {
    logins = accepted;
    return this;
  }

  /** {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Sets the script for all later requests. */
  public FakeBroker script(Script next) {
    script = next;
    return this;
  }

  public FakeBroker idleTimeoutMs(int millis) {
    idleTimeoutMs = millis;
    return this;
  }

  public FakeBroker maxEventBytes(int bytes) {
    maxEventBytes = bytes;
    return this;
  }

  /**
   * From the next connection on. A broker does not read a frame of a longer batch: it sends GoAway.
   */
  public FakeBroker maxBatchBytes(int bytes) {
    maxBatchBytes = bytes;
    return this;
  }

  /** Removes an api, as in a broker that is older than the api. */
  public FakeBroker without(Api api) {
    apis =
        SupportedVersions.ofThisBuild().toList().stream()
            .filter(each -> each.api() != api.number())
            .toList();
    return this;
  }

  /** Supports the first version of HELLO only. */
  public FakeBroker supportsFirstHello() {
    apis =
        apis.stream()
            .map(each -> each.api() == Api.HELLO.number() ? new ApiVersions(0, 1, 1) : each)
            .toList();
    return this;
  }

  /** Supports these versions only, from the next connection on. */
  public FakeBroker supports(SupportedVersions versions) {
    apis = versions.toList();
    return this;
  }

  SupportedVersions supported() {
    return SupportedVersions.of(apis);
  }

  /** Makes a topic. */
  public synchronized UUID topic(String name, int count) {
    UUID id = UUID.randomUUID();
    List<FakePartition> logs = new ArrayList<>();
    for (int partition = 0; partition < count; partition++) {
      logs.add(new FakePartition());
    }
    partitions.put(id, logs);
    topics.put(name, new TopicInfo(id, name, 1_000_000, Map.of(), List.of()));
    groups.topics(groupTopics());
    return id;
  }

  /** Adds partitions to a topic, up to a number in all. */
  public synchronized void addPartitions(String name, int count) {
    List<FakePartition> logs = partitions.get(topics.get(name).id());
    while (logs.size() < count) {
      logs.add(new FakePartition());
    }
    groups.topics(groupTopics());
  }

  /** Ends sessions of members whose time has passed. */
  public synchronized void tickGroups() {
    groups.tick();
    everyPartition().forEach(log -> log.fence(groups::owns));
  }

  /**
   * Stops the clock of the groups. A machine that stops for a while ends no session then; {@link
   * #passGroupTime} does.
   */
  public synchronized void stopGroupClock() {
    groups.stopClock();
  }

  /** Lets time pass for the groups, whose clock is stopped; sessions end. */
  public synchronized void passGroupTime(Duration time) {
    groups.pass(time);
    tickGroups();
  }

  private List<GroupTopic> groupTopics() {
    return topics.values().stream()
        .map(each -> new GroupTopic(each.id(), each.name(), partitions.get(each.id()).size()))
        .toList();
  }

  /** The log of a partition. */
  public synchronized FakePartition partition(String topic, int partition) {
    return partitions.get(topics.get(topic).id()).get(partition);
  }

  /** All connections so far, oldest first. */
  public List<FakeSession> sessions() {
    return sessions;
  }

  /** The newest connection. */
  public FakeSession session() {
    return sessions.get(sessions.size() - 1);
  }

  /** Queues the requests of one kind for the test, and executes all others. */
  public BlockingQueue<Exchange> hold(Class<? extends Request> kind) {
    BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
    script(
        exchange -> {
          if (kind.isInstance(exchange.request())) {
            held.add(exchange);
          } else {
            exchange.proceed();
          }
        });
    return held;
  }

  /** All requests of one kind that have arrived. */
  public <T extends Request> List<T> requests(Class<T> kind) {
    return exchanges.stream()
        .map(Exchange::request)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /** The version of every request that came, of one kind. */
  public List<Integer> versions(Class<? extends Request> kind) {
    return exchanges.stream()
        .filter(exchange -> kind.isInstance(exchange.request()))
        .map(Exchange::version)
        .toList();
  }

  /** Closes all connections and stops listening. Stored events are kept. */
  public void stop() {
    synchronized (lifecycle) {
      try {
        server.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      try {
        // The port is free once the acceptor thread has ended.
        acceptor.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      sessions.forEach(FakeSession::cut);
    }
  }

  /** Listens again, on the same port. */
  public void start() {
    synchronized (lifecycle) {
      try {
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new java.net.InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        port = server.getLocalPort();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      ServerSocket listening = server;
      acceptor = new Thread(() -> accept(listening), "fake-broker-" + port);
      acceptor.setDaemon(true);
      acceptor.start();
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket accepted = listening.accept();
        accepted.setTcpNoDelay(true);
        FakeSession session = new FakeSession(this, tls.wrap(accepted));
        sessions.add(session);
        if (listening.isClosed()) {
          session.cut();
        }
        session.start();
      } catch (SocketException closed) {
        return;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  void handle(Exchange exchange) {
    exchanges.add(exchange);
    if (exchange.request() instanceof ProduceRequest produce
        && produce.batch().readableBytes() > maxBatchBytes) {
      exchange.session().goAway(ErrorCode.FRAME_TOO_LARGE);
      exchange.cut();
      return;
    }
    synchronized (this) {
      script.handle(exchange);
    }
  }

  /** Executes a request as the protocol defines. Returns null if it has no response. */
  synchronized Response execute(FakeSession session, Request request) {
    if (request instanceof HelloRequest) {
      return logins == null
          ? HelloResponse.of(info())
          : new HelloResponse(logins.mechanisms(), "", Optional.empty());
    } else if (request instanceof AuthenticateRequest authenticate) {
      return logins.answer(session, authenticate, info());
    } else if (request instanceof PingRequest) {
      return new EmptyResponse();
    } else if (request instanceof CreateTopicRequest create) {
      return create(create);
    } else if (request instanceof AlterTopicRequest alter) {
      return describe(alter.name());
    } else if (request instanceof AddPartitionsRequest add) {
      addPartitions(add.name(), add.partitions());
      return describe(add.name());
    } else if (request instanceof DescribeBrokerRequest) {
      return new DescribeBrokerResponse(
          new UUID(1, 2),
          "fake",
          1_000_000,
          "/data",
          usableBytes,
          1 << 20,
          topics.size(),
          everyPartition().size(),
          7,
          sessions.size(),
          0,
          refusing.size(),
          refusing);
    } else if (request instanceof DeleteTopicRequest delete) {
      boolean unknown = topics.remove(delete.name()) == null;
      groups.topics(groupTopics());
      return unknown ? unknown(delete.name()) : new EmptyResponse();
    } else if (request instanceof DeleteEventsRequest delete) {
      if (topics.values().stream().noneMatch(topic -> topic.id().equals(delete.topicId()))) {
        return unknown(delete.topicId().toString());
      }
      return new DeleteEventsResponse(
          delete.bounds().stream()
              .map(bound -> log(delete.topicId(), bound.partition()).deleteBefore(bound))
              .toList());
    } else if (request instanceof ListDamageRequest list) {
      List<DamagedRangeInfo> ranges =
          damage.stream()
              .filter(range -> list.topic().isEmpty() || list.topic().equals(range.topic()))
              .filter(range -> list.partition() < 0 || list.partition() == range.partition())
              .filter(range -> range.endOffset() > list.fromOffset())
              .toList();
      return new ListDamageResponse(ranges.size(), ranges);
    } else if (request instanceof DescribeTopicRequest describe) {
      return describe(describe.name());
    } else if (request instanceof ListTopicsRequest) {
      return new ListTopicsResponse(topics.values().stream().map(this::current).toList());
    } else if (request instanceof OpenProducerRequest) {
      long id = ++lastProducerId;
      return new OpenProducerResponse(id, (short) 0, secretOf(id, (short) 0));
    } else if (request instanceof OpenNamedProducerRequest open) {
      return openNamed(open);
    } else if (request instanceof ProduceRequest produce) {
      return produce(produce);
    } else if (request instanceof SubscribeRequest subscribe
        && !subscribe.group().isEmpty()
        && !groups.owns(subscribe)) {
      return new ErrorResponse(ErrorCode.STALE_MEMBER, "not the owner");
    } else if (request instanceof SubscribeRequest subscribe) {
      return log(subscribe.topicId(), subscribe.partition()).subscribe(session, subscribe);
    } else if (request instanceof UnsubscribeRequest unsubscribe) {
      everyPartition().forEach(log -> log.unsubscribe(session, unsubscribe.subscriptionId()));
      return new EmptyResponse();
    } else if (request instanceof CreditRequest credit) {
      everyPartition().forEach(log -> log.credit(session, credit.subscriptionId(), credit.bytes()));
      return null;
    } else if (request instanceof OffsetForTimeRequest time) {
      return new OffsetForTimeResponse(
          log(time.topicId(), time.partition()).offsetForTime(time.eventTimeMicros()));
    } else if (request instanceof ListSourcesRequest list) {
      SourceInfo source =
          list.exact()
              ? new SourceInfo("a", 1, 1, 1)
              : new SourceInfo("a", 2, 1, 3_000_001, 4_000_000, 1_500, -20, 7, 9, 5, 1);
      return new ListSourcesResponse(List.of(source), List.of(), 3, 5_000_000, List.of(4L, 2L));
    }
    Response ofGroup = groups.execute(session, request);
    if (ofGroup != null) {
      everyPartition().forEach(log -> log.fence(groups::owns));
      return ofGroup;
    }
    Response ofAccess = FakeAccess.answer(request);
    if (ofAccess != null) {
      return ofAccess;
    }
    throw new IllegalStateException("no such request: " + request);
  }

  private BrokerInfo info() {
    return new BrokerInfo(
        new UUID(1, 2), "fake", 8 << 20, maxEventBytes, maxBatchBytes, idleTimeoutMs, apis);
  }

  /** The secret of a producer; it changes with {@link #loseSecrets}. */
  private ProducerSecret secretOf(long id, short epoch) {
    return new ProducerSecret(id + 1, epoch + secretKey);
  }

  /** From now on, the broker describes itself so. */
  public synchronized void describesItself(long usable, List<RefusingPartition> partitions) {
    usableBytes = usable;
    refusing = partitions;
  }

  /** From now on, the broker lists this damage; its partitions serve the events all the same. */
  public synchronized void isDamaged(DamagedRangeInfo... ranges) {
    damage = List.of(ranges);
  }

  /** From now on, the secrets that were given are wrong, as on another data directory. */
  public synchronized void loseSecrets() {
    secretKey++;
  }

  private Response produce(ProduceRequest request) {
    byte[] bytes = ByteBufUtil.getBytes(request.batch());
    ByteBuffer batch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long id = BatchHeader.producerId(batch, 0);
    ProducerSecret expected =
        id == BatchHeader.NO_PRODUCER
            ? ProducerSecret.NONE
            : secretOf(id, BatchHeader.producerEpoch(batch, 0));
    if (!expected.equals(request.producerSecret())) {
      return new ErrorResponse(ErrorCode.UNKNOWN_PRODUCER, "not the secret of producer " + id);
    }
    return log(request.topicId(), request.partition()).append(bytes, request.ack());
  }

  /** Supports a single producer name. */
  private Response openNamed(OpenNamedProducerRequest request) {
    namedEpoch++;
    List<FakePartition> logs = partitions.get(request.topicId());
    logs.forEach(log -> log.openNamed(namedEpoch));
    return new OpenNamedProducerResponse(
        BatchHeader.FIRST_NAMED_PRODUCER,
        namedEpoch,
        secretOf(BatchHeader.FIRST_NAMED_PRODUCER, namedEpoch),
        logs.stream().map(FakePartition::lastNamedSequence).toList());
  }

  private List<FakePartition> everyPartition() {
    return partitions.values().stream().flatMap(List::stream).toList();
  }

  private FakePartition log(UUID topic, int partition) {
    return partitions.get(topic).get(partition);
  }

  private Response create(CreateTopicRequest request) {
    if (topics.containsKey(request.name())) {
      return new ErrorResponse(ErrorCode.TOPIC_EXISTS, "topic " + request.name() + " exists");
    }
    topic(request.name(), Math.max(1, request.partitions()));
    return describe(request.name());
  }

  private Response describe(String name) {
    return topics.containsKey(name) ? new TopicResponse(current(topics.get(name))) : unknown(name);
  }

  private static Response unknown(String name) {
    return new ErrorResponse(ErrorCode.UNKNOWN_TOPIC, "there is no topic " + name);
  }

  private TopicInfo current(TopicInfo topic) {
    List<PartitionInfo> now = new ArrayList<>();
    for (FakePartition log : partitions.get(topic.id())) {
      now.add(
          new PartitionInfo(
              now.size(), log.start(), log.end(), log.end(), log.end() * 100, ErrorCode.NONE, ""));
    }
    return new TopicInfo(
        topic.id(), topic.name(), topic.createdAtMicros(), Map.of("retentionTime", "7d"), now);
  }
}
