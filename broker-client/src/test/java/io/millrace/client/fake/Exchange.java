package io.millrace.client.fake;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;

/**
 * One request, for which the script chooses a reaction. If the script calls no method, the request
 * stays unanswered.
 */
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

  /** Executes the request and answers it as the protocol defines. */
  public void proceed() {
    Response response = execute();
    if (response != null) {
      answer(response);
    }
  }

  /** Executes the request without answering it; the test can answer it later. */
  public Response execute() {
    return broker.execute(session, request);
  }

  /** Answers. */
  public void answer(Response response) {
    session.answer(header, response);
  }

  /** Answers with the response of another api. */
  public void answerAs(Api api, Response response) {
    session.answer(
        new FrameHeader(header.kind(), header.version(), api.number(), header.correlationId()),
        response);
  }

  /** Writes half of the response, and closes the connection. */
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
