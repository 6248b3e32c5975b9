package io.millrace.client.internal.connection;

import io.millrace.client.Header;
import io.millrace.protocol.record.RecordHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Converts the headers of the API to and from those of the record batch. An event without headers,
 * as most are, costs no allocation.
 */
public final class HeaderConversion {

  private HeaderConversion() {}

  /** The headers in the form of the record batch. */
  public static List<RecordHeader> toRecord(List<Header> headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    List<RecordHeader> converted = new ArrayList<>(headers.size());
    for (Header header : headers) {
      converted.add(new RecordHeader(header.name(), header.value()));
    }
    return converted;
  }

  /** The headers in the form of the API. Unmodifiable. */
  public static List<Header> fromRecord(List<RecordHeader> headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    List<Header> converted = new ArrayList<>(headers.size());
    for (RecordHeader header : headers) {
      converted.add(new Header(header.name(), header.value()));
    }
    return Collections.unmodifiableList(converted);
  }
}
