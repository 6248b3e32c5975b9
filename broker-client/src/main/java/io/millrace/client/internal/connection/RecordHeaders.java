package io.millrace.client.internal.connection;

import io.millrace.client.Header;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The API's headers and the record batch's; most events have none, which costs nothing. */
public final class RecordHeaders {

  private RecordHeaders() {}

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
