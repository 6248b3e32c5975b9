package io.millrace.client.fake;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;

/** One request, and what the script makes of it. To do nothing is to be silent. */
public final class Exchange {

  private final FakeBroker broker;
  private final FakeSession session;
  private final FrameHeader header;
  private final Request request;

  Exchange(FakeBroker broker, FakeSession session, FrameHeader header, Request request) {
    this.broker = broker;
    this.session = session;
    this.header = header;
    this.request = request;
  }

  /** The version of the api that the client chose. */
  int version() {
    return header.version();
  }

  public Request request() {
    return request;
  }

  public FakeSession session() {
    return session;
  }

  /** As the protocol says. */
  public void proceed() {
    Response response = carryOut();
    if (response != null) {
      answer(response);
    }
  }

  /** Carries the request out, without an answer; the answer can be given later. */
  public Response carryOut() {
    return broker.carryOut(session, request);
  }

  /** Answers. */
  public void answer(Response response) {
    session.answer(header, response);
  }

  /** Answers as if something else had been asked. */
  public void answerAs(Api api, Response response) {
    session.answer(
        new FrameHeader(header.kind(), header.version(), api.number(), header.correlationId()),
        response);
  }

  /** Answers with half a frame, and cuts. */
  public void answerHalf(Response response) {
    session.answerHalf(header, response);
  }

  /** Refuses. */
  public void refuse(ErrorCode code) {
    answer(new ErrorResponse(code, "scripted " + code));
  }

  /** Cuts the connection. */
  public void cut() {
    session.cut();
  }
}
