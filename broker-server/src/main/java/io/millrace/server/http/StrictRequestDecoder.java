package io.millrace.server.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Decodes requests within limits. Refuses a request whose end is not certain, because a proxy might
 * take a part of it for another request: two different lengths, a length together with chunks, or a
 * line that does not end with CR LF. Event loop of the connection.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  static final int MAX_REQUEST_LINE_BYTES = 4 * 1024;
  static final int MAX_HEADER_BYTES = 16 * 1024;

  StrictRequestDecoder() {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
