package io.millrace.server;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Logs a {@link WireClient} in, with the library that clients use. */
final class WireLogin {

  static final String SCRAM = "SCRAM-SHA-256";

  /** The last part of the address of the next client: failures of one do not slow down others. */
  private static final AtomicInteger LAST_ADDRESS = new AtomicInteger();

  private WireLogin() {}

  /** Connects from an address of its own. */
  static WireClient stranger(int port) {
    int number = LAST_ADDRESS.incrementAndGet();
    return WireClient.connectFrom("127.1." + number / 250 + "." + (1 + number % 250), port);
  }

  /** Connects from an address of its own and sends HELLO version 2. */
  static WireClient connected(int port) {
    WireClient client = stranger(port);
    hello(client);
    return client;
  }

  /** Connects and logs in. */
  static WireClient loggedIn(int port, String user, String password) {
    WireClient client = connected(port);
    Response last = scram(client, SCRAM, user, password);
    if (!(last instanceof AuthenticateResponse)) {
      throw new AssertionError(last.toString());
    }
    return client;
  }

  static HelloResponse hello(WireClient client) {
    HelloRequest hello = new HelloRequest("test-client", "wire-client", List.of(SCRAM, "TOKEN"));
    return client.answerTo(client.send(2, hello), HelloResponse.class);
  }

  /** The last answer to an authentication with a password. */
  static Response scram(WireClient client, String mechanism, String user, String password) {
    ScramClient scram =
        ScramClient.builder()
            .advertisedMechanisms(List.of(mechanism))
            .username(user)
            .password(password.toCharArray())
            .build();
    Response first = message(client, mechanism, scram.clientFirstMessage().toString());
    if (first instanceof ErrorResponse) {
      return first;
    }
    try {
      scram.serverFirstMessage(text(((AuthenticateResponse) first).data()));
      Response last = message(client, mechanism, scram.clientFinalMessage().toString());
      if (last instanceof AuthenticateResponse done) {
        scram.serverFinalMessage(text(done.data()));
      }
      return last;
    } catch (ScramException e) {
      throw new AssertionError(e);
    }
  }

  /** The answer to one message. */
  static Response message(WireClient client, String mechanism, String data) {
    ByteBuf bytes = Unpooled.copiedBuffer(data, StandardCharsets.UTF_8);
    return client.ask(new AuthenticateRequest(mechanism, bytes), Response.class);
  }

  private static String text(ByteBuf data) {
    return data.toString(StandardCharsets.UTF_8);
  }
}
