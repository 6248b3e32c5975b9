package io.millrace.server.http;

import io.millrace.protocol.Quoted;
import io.millrace.server.status.StatusPage;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;

/** The rules for the requests of all pages. Immutable. */
record RequestCheck(AllowedHosts hosts) {

  /** The pages need no body; a client may send a small one. */
  static final int MAX_BODY_BYTES = 64 * 1024;

  /** The URI that Netty gives a request whose first line it cannot decode. */
  private static final String UNDECODED_URI = "/bad-request";

  /** The answer to a request that breaks a rule. The connection is closed after it. */
  Optional<StatusPage> refusal(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return Optional.of(undecoded(request));
    }
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return refuse(505, version + " is not supported; use HTTP/1.1");
    }
    return body(request).or(() -> host(request));
  }

  private static StatusPage undecoded(HttpRequest request) {
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      return StatusPage.text(
          414,
          "the request line is too long; the limit is "
              + StrictRequestDecoder.MAX_REQUEST_LINE_BYTES
              + " bytes");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return StatusPage.text(
          431,
          "the headers are too long; the limit is "
              + StrictRequestDecoder.MAX_HEADER_BYTES
              + " bytes");
    }
    return StatusPage.text(
        400,
        request.uri().equals(UNDECODED_URI)
            ? "the request line is not valid; expected a line such as GET /health/ready HTTP/1.1,"
                + " which ends with CR LF"
            : "the headers are not valid; expected a line such as Host: localhost for each, which"
                + " ends with CR LF, and at most one Content-Length or Transfer-Encoding");
  }

  private static Optional<StatusPage> body(HttpRequest request) {
    List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!encodings.isEmpty()) {
      if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
        return refuse(400, "Transfer-Encoding is not allowed in HTTP/1.0");
      }
      if (encodings.size() > 1
          || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.get(0))) {
        return refuse(501, "the only supported Transfer-Encoding is chunked");
      }
    } else if (HttpUtil.getContentLength(request, 0L) > MAX_BODY_BYTES) {
      return refuse(413, "the body is too long; the limit is " + MAX_BODY_BYTES + " bytes");
    }
    String expectation = request.headers().get(HttpHeaderNames.EXPECT);
    return expectation == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)
        ? Optional.empty()
        : refuse(417, "the only supported expectation is 100-continue");
  }

  private Optional<StatusPage> host(HttpRequest request) {
    List<String> headers = request.headers().getAll(HttpHeaderNames.HOST);
    if (headers.size() > 1) {
      return refuse(400, "the request has " + headers.size() + " Host headers; expected one");
    }
    if (headers.isEmpty() && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return refuse(400, "the request has no Host header");
    }
    return headers.stream()
        .findFirst()
        .flatMap(this::host)
        .or(() -> RequestTarget.of(request.uri()).authority().flatMap(this::host));
  }

  private Optional<StatusPage> host(String authority) {
    Optional<String> host = AllowedHosts.hostIn(authority.strip());
    if (host.isEmpty()) {
      return refuse(400, "the host " + Quoted.text(authority) + " is not valid");
    }
    return hosts.allow(host.get())
        ? Optional.empty()
        : refuse(
            421,
            "the host "
                + Quoted.text(host.get())
                + " is not allowed; use the IP address of the broker, or add the host to "
                + AllowedHosts.KEY);
  }

  private static Optional<StatusPage> refuse(int status, String text) {
    return Optional.of(StatusPage.text(status, text));
  }
}
