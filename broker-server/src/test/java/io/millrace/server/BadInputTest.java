package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.SupportedVersions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that breaks the protocol gets the reason and loses its connection. Other connections are
 * not affected.
 */
@ExtendWith(NoLeaks.class)
class BadInputTest {

  private static MillraceServer server;
  private static WireClient bystander;

  @BeforeAll
  static void startServer() {
    server = TestServers.start(Map.of());
    bystander = WireClient.hello(server.port());
  }

  @AfterAll
  static void stopServer() {
    bystander.close();
    server.close();
  }

  @AfterEach
  void nobodyElseIsTouched() {
    bystander.ask(new PingRequest(), EmptyResponse.class);
  }

  @Test
  void helloSaysTheLimits() {
    try (WireClient client = WireClient.connect(server.port())) {
      BrokerInfo hello =
          client.ask(new HelloRequest("me", ""), HelloResponse.class).broker().orElseThrow();

      assertThat(hello.maxEventBytes()).isEqualTo(1 << 20);
      assertThat(hello.maxBatchBytes()).isEqualTo(4 << 20);
      assertThat(hello.maxFrameBytes()).isEqualTo((4 << 20) + (64 << 10));
      assertThat(hello.idleTimeoutMs()).isEqualTo(60_000);
      assertThat(hello.apis()).isEqualTo(SupportedVersions.ofThisBuild().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST /topics HTTP/1.1\r\n\r\nabc"})
  void httpIsToldWhereItIsSpoken(String request) {
    try (WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(request.getBytes(StandardCharsets.US_ASCII));

      String answer = new String(client.readToEnd(), StandardCharsets.UTF_8);
      assertThat(answer)
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("Content-Type: text/plain")
          .contains("native port of a Millrace broker")
          .contains("HTTP port " + server.httpPort());
    }
  }

  @Test
  void tlsIsSentAway() {
    try (WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01});

      GoAwayPush goAway = client.goAway();
      assertThat(goAway.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
      assertThat(goAway.message()).contains("TLS");
    }
  }

  @Test
  void aFrameOverTheLimitIsSentAwayBeforeItHasCome() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.sendRaw(le(4).putInt(5_000_000).array());

      GoAwayPush goAway = client.goAway();
      assertThat(goAway.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
      assertThat(goAway.message()).contains("5000000", "4259840", "limits.maxBatchBytes");
    }
  }

  @Test
  void aClientThatGoesOnSendingStillReadsWhyItIsSentAway() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.sendRaw(le(4).putInt(5_000_000).array());
      client.sendRaw(new byte[1 << 20]);

      assertThat(client.goAway().code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 0, -1})
  void aFrameWithoutRoomForAHeaderIsSentAway(int length) {
    try (WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(le(4).putInt(length).array());

      assertThat(client.goAway().code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }

  @Test
  void randomBytesAreSentAway() {
    long seed = new Random().nextLong();
    byte[] garbage = new byte[4096];
    new Random(seed).nextBytes(garbage);
    // The first length is negative, which no other check can refuse first.
    garbage[3] = (byte) 0xFF;
    try (WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(garbage);

      assertThat(client.goAway().code()).as("seed %d", seed).isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }

  @Test
  void aRequestBeforeHelloIsRefusedAndSentAway() {
    try (WireClient client = WireClient.connect(server.port())) {
      ErrorResponse refusal = client.refusalOf(new PingRequest());

      assertThat(refusal.code()).isEqualTo(ErrorCode.HELLO_EXPECTED);
      assertThat(refusal.message()).contains("PING");
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.HELLO_EXPECTED);
    }
  }

  @Test
  void aSecondHelloIsRefusedAndSentAway() {
    try (WireClient client = WireClient.hello(server.port())) {
      ErrorResponse refusal = client.refusalOf(new HelloRequest("again", ""));

      assertThat(refusal.code()).isEqualTo(ErrorCode.HELLO_EXPECTED);
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.HELLO_EXPECTED);
    }
  }

  @Test
  void anUnknownApiIsRefusedAndSentAway() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.sendRaw(frame(0, 1, 999, 42));

      assertThat(client.answerTo(42, ErrorResponse.class).code()).isEqualTo(ErrorCode.UNKNOWN_API);
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.UNKNOWN_API);
    }
  }

  @Test
  void anUnknownVersionIsRefusedAndSentAway() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.sendRaw(frame(0, 2, 1, 42));

      ErrorResponse refusal = client.answerTo(42, ErrorResponse.class);
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
      assertThat(refusal.message()).contains("PING version 2", "1 to 1");
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    }
  }

  @Test
  void leftOverBytesAreRefusedAndSentAway() {
    try (WireClient client = WireClient.hello(server.port())) {
      client.sendRaw(le(13).putInt(9).put(frame(0, 1, 1, 42), 4, 8).put((byte) 1).array());

      assertThat(client.answerTo(42, ErrorResponse.class).code())
          .isEqualTo(ErrorCode.MALFORMED_FRAME);
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aFrameThatIsNoRequestIsSentAway(int kind) {
    try (WireClient client = WireClient.hello(server.port())) {
      client.sendRaw(frame(kind, 1, 1, 42));

      assertThat(client.goAway().code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }

  @Test
  void anEmptyClientIdIsRefusedAndSentAway() {
    try (WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(le(16).putInt(12).put(frame(0, 1, 0, 42), 4, 8).putInt(0).array());

      assertThat(client.answerTo(42, ErrorResponse.class).code())
          .isEqualTo(ErrorCode.INVALID_REQUEST);
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
  }

  @Test
  void anInvalidFieldIsRefusedAndTheConnectionGoesOn() {
    try (WireClient client = WireClient.hello(server.port())) {
      // PRODUCE with ack level 9.
      client.sendRaw(
          le(33)
              .putInt(29)
              .put(frame(0, 1, 8, 42), 4, 8)
              .putLong(0)
              .putLong(0)
              .putInt(0)
              .put((byte) 9)
              .array());

      assertThat(client.answerTo(42, ErrorResponse.class).code())
          .isEqualTo(ErrorCode.INVALID_REQUEST);
      client.ask(new PingRequest(), EmptyResponse.class);
    }
  }

  /** A frame without a body. */
  private static byte[] frame(int kind, int version, int api, int correlationId) {
    return le(12)
        .putInt(8)
        .put((byte) kind)
        .put((byte) version)
        .putShort((short) api)
        .putInt(correlationId)
        .array();
  }

  private static ByteBuffer le(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
