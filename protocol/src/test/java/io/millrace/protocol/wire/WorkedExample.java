package io.millrace.protocol.wire;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The connections of {@code docs/protocol-examples.md}: their frames, by heading. */
final class WorkedExample {

  private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
  private static final UUID BROKER = UUID.fromString("5e1f0d3a-96b4-4c27-8a10-3f6c2d7e9b58");
  private static final UUID TOPIC = UUID.fromString("0b7c9a52-1d3e-4f60-b2a1-c4d5e6f70819");
  private static final long CREATED = 1_795_363_200_000_000L;
  private static final long EVENT_TIME = 1_795_363_201_250_000L;
  private static final long APPEND_TIME = 1_795_363_201_250_731L;
  private static final Map<String, String> ASKED = Map.of("retentionTime", "7d");
  private static final Map<String, String> SETTINGS =
      Map.of("retentionBytes", "unlimited", "retentionTime", "7d", "segmentBytes", "128MiB");

  private WorkedExample() {}

  static Map<String, ByteBuf> frames() {
    Map<String, ByteBuf> frames = new LinkedHashMap<>();
    frames.put("Hello", request(1, new HelloRequest("taxi-1", "")));
    frames.put("Hello, answered", response(Api.HELLO, 1, hello()));
    frames.put("CreateTopic", request(2, new CreateTopicRequest("rides", 1, ASKED)));
    frames.put("CreateTopic, answered", response(Api.CREATE_TOPIC, 2, new TopicResponse(topic())));
    frames.put(
        "Produce",
        request(3, new ProduceRequest(TOPIC, 0, AckLevel.SYNCED, ProducerSecret.NONE, produced())));
    frames.put("Produce, answered", response(Api.PRODUCE, 3, new ProduceResponse(0, APPEND_TIME)));
    frames.put("Subscribe", request(4, subscribe()));
    frames.put(
        "Subscribe, answered", response(Api.SUBSCRIBE, 4, new SubscribeResponse(0, 0, 1, 1)));
    frames.put("Deliver", Frames.encodePush(ALLOCATOR, 1, new DeliverPush(1, 1, 1, stored())));
    frames.put("Credit", CreditRequest.encodeFrame(ALLOCATOR, 1, 1, stored().readableBytes()));
    frames.putAll(authentication());
    return frames;
  }

  /** The first messages of the example in RFC 7677, section 3. */
  private static Map<String, ByteBuf> authentication() {
    List<String> mechanisms = List.of("SCRAM-SHA-256");
    String challenge =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    return Map.of(
        "Hello with mechanisms",
        Frames.encodeRequest(ALLOCATOR, 2, 1, new HelloRequest("taxi-1", "", mechanisms)),
        "Hello with mechanisms, answered",
        response(Api.HELLO, 2, 1, new HelloResponse(mechanisms, "", Optional.empty())),
        "Authenticate",
        request(
            2,
            new AuthenticateRequest(mechanisms.get(0), ascii("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))),
        "Authenticate, answered",
        response(
            Api.AUTHENTICATE, 2, new AuthenticateResponse(Optional.empty(), ascii(challenge))));
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static HelloResponse hello() {
    return HelloResponse.of(
        new BrokerInfo(
            BROKER,
            "0.1.0",
            (4 << 20) + (64 << 10),
            1 << 20,
            4 << 20,
            60_000,
            SupportedVersions.ofThisBuild().toList()));
  }

  private static TopicInfo topic() {
    return new TopicInfo(
        TOPIC,
        "rides",
        CREATED,
        SETTINGS,
        List.of(new PartitionInfo(0, 0, 0, 0, 0, ErrorCode.NONE, "")));
  }

  private static SubscribeRequest subscribe() {
    return new SubscribeRequest(
        1, TOPIC, 0, StartKind.EARLIEST, 0, IsolationLevel.DURABLE, 1 << 20, List.of());
  }

  /** A batch of one event, as its producer sends it. */
  private static ByteBuf produced() {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    builder.add(utf8("taxi-1"), EVENT_TIME, utf8("ride-4711"), utf8("12.40 EUR"), List.of());
    ByteBuffer batch = builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
    return Unpooled.wrappedBuffer(batch);
  }

  /** The same batch after the broker has filled in its fields. */
  private static ByteBuf stored() {
    ByteBuf batch = produced();
    ByteBuffer bytes = batch.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    BatchHeader.stamp(bytes, 0, 0, APPEND_TIME, 0, 1);
    return batch;
  }

  private static ByteBuf request(int correlationId, Request request) {
    return Frames.encodeRequest(ALLOCATOR, 1, correlationId, request);
  }

  private static ByteBuf response(Api api, int correlationId, Response response) {
    return response(api, 1, correlationId, response);
  }

  private static ByteBuf response(Api api, int version, int correlationId, Response response) {
    FrameHeader request = new FrameHeader(FrameKind.REQUEST, version, api.number(), correlationId);
    return Frames.encodeResponse(ALLOCATOR, request, response);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
