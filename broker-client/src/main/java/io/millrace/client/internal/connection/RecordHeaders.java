package io.millrace.client.internal.connection;

import io.millrace.client.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Converts the headers of the API to and from those of the record batch. An event without headers,
 * as most are, costs no allocation.
 */
public final class RecordHeaders {

  private RecordHeaders() {}

  /** The headers in the form of the record batch. */
  public static List<io.millrace.protocol.record.Header> toRecord(List<Header> headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    List<io.millrace.protocol.record.Header> converted = new ArrayList<>(headers.size());
    for (Header header : headers) {
      converted.add(new io.millrace.protocol.record.Header(header.name(), header.value()));
    }
    return converted;
  }

  /** The headers in the form of the API. Unmodifiable. */
  public static List<Header> fromRecord(List<io.millrace.protocol.record.Header> headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    List<Header> converted = new ArrayList<>(headers.size());
    for (io.millrace.protocol.record.Header header : headers) {
      converted.add(new Header(header.name(), header.value()));
    }
    return Collections.unmodifiableList(converted);
  }
}
