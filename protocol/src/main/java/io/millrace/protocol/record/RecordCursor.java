package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Walks over the records of a batch and notes where the parts of each one are. The one place that
 * knows how a record is laid out for reading; {@link BatchBuilder} is the one that writes it.
 *
 * <p>Trusts nothing: every length is held against the bytes that are there before it is used, and
 * nothing is allocated but the source table, which grows with the sources found. After a breach
 * every further call of {@link #next} fails with the same exception.
 */
final class RecordCursor {

  /** A length of this value stands for null. */
  static final int NULL = -1;

  /** The fewest bytes of a header: its two lengths and one byte of name. */
  private static final int LEAST_HEADER_BYTES = 3;

  private ByteBuffer buffer;
  private int at;
  private int limit;
  private int end;
  private int recordsStart;
  private int recordsRead;
  private int recordCount;
  private int lastOffsetDelta;
  private InvalidBatchException breach;

  /** The sources found so far. */
  final SourcePlaces sources = new SourcePlaces();

  // The current record.
  int recordBytes;
  int offsetDelta;
  long eventTime;
  int sourceIndex;
  int keyAt;
  int keyLength;
  int valueAt;
  int valueLength;
  int headersAt;
  int headerCount;

  /** Begins with records at {@code [start, end)} of a little-endian buffer. */
  void open(ByteBuffer buffer, int start, int end, int recordCount, int lastOffsetDelta) {
    this.buffer = buffer;
    this.at = start;
    this.limit = end;
    this.end = end;
    this.recordsStart = start;
    this.recordsRead = 0;
    this.recordCount = recordCount;
    this.lastOffsetDelta = lastOffsetDelta;
    this.breach = null;
    this.sources.clear();
    this.offsetDelta = -1;
    this.eventTime = 0;
  }

  /** Records walked over so far, the current one included. */
  int recordsRead() {
    return recordsRead;
  }

  /**
   * Moves to the next record; false after the last.
   *
   * @throws InvalidBatchException if the record breaks the format, or if the records end before or
   *     after the last one does
   */
  boolean next() {
    if (breach != null) {
      throw breach;
    }
    if (recordsRead == recordCount) {
      requireEnd();
      return false;
    }
    try {
      readRecord();
    } catch (InvalidBatchException e) {
      breach = e;
      throw e;
    }
    recordsRead++;
    return true;
  }

  private void readRecord() {
    if (!readUsualStart()) {
      readStart();
    }
    if (!readUsualValue()) {
      keyLength = readNullableLength("key length");
      keyAt = skip(keyLength);
      valueLength = readNullableLength("value length");
      valueAt = skip(valueLength);
    }
    readHeaderCount();
    headersAt = at;
    for (int i = 0; i < headerCount; i++) {
      checkHeader();
    }
    if (at != limit) {
      throw malformed((limit - at) + " bytes are left over in the record");
    }
  }

  private void readStart() {
    limit = end;
    recordBytes = requireInside("record length", readUnsigned("record length"));
    limit = at + recordBytes;
    readOffsetDelta();
    eventTime += Varint.unzigzag(readTimeDelta());
    readSource();
  }

  /**
   * Reads what comes before the key, if it is as in most records: numbers of one or two bytes, a
   * source that was there before. False, with nothing read, if it is not, or breaks the format.
   *
   * <p>One look at eight bytes, where {@link #readStart} has four at two: with it and {@link
   * #readUsualValue} a batch of 256 KiB of 100-byte events is checked in 33 us instead of 48, and
   * read in 57 instead of 77. The branches are spelled out because a method that gives the number
   * of bytes is compiled to a dependency of each number on the one before (45 us).
   */
  private boolean readUsualStart() {
    if (end - at < Long.BYTES) {
      return false;
    }
    long bytes = buffer.getLong(at);
    int behindLength = at + 1;
    int length = (int) bytes & 0x7F;
    if ((bytes & Varint.MORE) != 0) {
      length = Varint.ofTwoBytes(bytes);
      bytes >>>= Byte.SIZE;
      behindLength++;
    }
    bytes >>>= Byte.SIZE;
    int behindSource = behindLength + 3;
    int delta = (int) bytes & 0x7F;
    if ((bytes & Varint.MORE) != 0) {
      delta = Varint.ofTwoBytes(bytes);
      bytes >>>= Byte.SIZE;
      behindSource++;
    }
    bytes >>>= Byte.SIZE;
    int timeDelta = (int) bytes & 0x7F;
    if ((bytes & Varint.MORE) != 0) {
      timeDelta = Varint.ofTwoBytes(bytes);
      bytes >>>= Byte.SIZE;
      behindSource++;
    }
    bytes >>>= Byte.SIZE;
    int source = (int) bytes & 0xFF;
    if (length > end - behindLength
        || behindSource > behindLength + length
        || !isNext(delta)
        || timeDelta < 0
        || source >= Math.min(sources.count(), 0x80)) {
      return false;
    }
    recordBytes = length;
    limit = behindLength + length;
    offsetDelta = delta;
    eventTime += Varint.unzigzag(timeDelta);
    sourceIndex = source;
    at = behindSource;
    return true;
  }

  /**
   * Reads the key and the value, if there is no key and the value's length has one or two bytes.
   * False, with nothing read, if it is otherwise, or breaks the format.
   */
  private boolean readUsualValue() {
    if (limit - at < Integer.BYTES) {
      return false;
    }
    int bytes = buffer.getInt(at);
    int behindLengths = at + 2;
    int length = (bytes >>> 8) & 0x7F;
    if ((bytes & Varint.MORE << 8) != 0) {
      length = Varint.ofTwoBytes(bytes >>> 8);
      behindLengths++;
    }
    if ((bytes & 0xFF) != 0 || length < 1 || length - 1 > limit - behindLengths) {
      return false;
    }
    keyAt = at + 1;
    keyLength = NULL;
    valueAt = behindLengths;
    valueLength = length - 1;
    at = behindLengths + valueLength;
    return true;
  }

  private boolean isNext(int delta) {
    return delta > offsetDelta
        && (recordsRead == recordCount - 1 ? delta == lastOffsetDelta : delta <= lastOffsetDelta);
  }

  /** The headers of the current record, in new objects. */
  List<Header> headers() {
    if (headerCount == 0) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>(headerCount);
    int resumeAt = at;
    at = headersAt;
    for (int i = 0; i < headerCount; i++) {
      int nameLength = readUnsigned("header name length");
      String name = Utf8.get(buffer, skip(nameLength), nameLength);
      int valueBytes = readNullableLength("header value length");
      headers.add(new Header(name, bytes(skip(valueBytes), valueBytes)));
    }
    at = resumeAt;
    return Collections.unmodifiableList(headers);
  }

  /** A copy of bytes of the records; null for the length {@link #NULL}. */
  byte[] bytes(int from, int length) {
    if (length == NULL) {
      return null;
    }
    byte[] copy = new byte[length];
    buffer.get(from, copy);
    return copy;
  }

  private void readOffsetDelta() {
    int delta = readUnsigned("offset delta");
    if (!isNext(delta)) {
      throw malformed(
          "offset delta "
              + delta
              + "; expected more than "
              + offsetDelta
              + " and, in the last record, "
              + lastOffsetDelta);
    }
    offsetDelta = delta;
  }

  private long readTimeDelta() {
    int value = readShortVarint();
    return value >= 0 ? value : readVarint("event time", Varint.MAX_LONG_BYTES);
  }

  private void readSource() {
    sourceIndex = readUnsigned("source index");
    if (sourceIndex > sources.count()) {
      throw malformed(
          "source index " + sourceIndex + " skips ahead; sources so far: " + sources.count());
    }
    if (sourceIndex == sources.count()) {
      int length = requireInside("source length", readUnsigned("source length"));
      requireSource(length);
      sources.add(skip(length), length);
    }
  }

  private void requireSource(int length) {
    if (length < 1 || length > SourceFilter.MAX_SOURCE_BYTES) {
      throw InvalidBatchException.invalidSource(
          inRecord("the source has " + length + " bytes; expected 1 to 255 bytes of UTF-8"));
    }
    if (!Utf8.isValid(buffer, at, length)) {
      throw InvalidBatchException.invalidSource(inRecord("the source is not well-formed UTF-8"));
    }
  }

  private void readHeaderCount() {
    if (limit - at == 1 && buffer.get(at) == 0) {
      // As most records end. Here, and not for every number: to look for a last byte in
      // readShortVarint took a tenth longer.
      at++;
      headerCount = 0;
      return;
    }
    headerCount = readUnsigned("header count");
    if (headerCount > (limit - at) / LEAST_HEADER_BYTES) {
      throw malformed(headerCount + " headers do not fit into the " + (limit - at) + " bytes left");
    }
  }

  private void checkHeader() {
    int nameLength = requireInside("header name length", readUnsigned("header name length"));
    if (nameLength < 1 || nameLength > Header.MAX_NAME_BYTES) {
      throw malformed("a header name has " + nameLength + " bytes; expected 1 to 65535");
    }
    if (!Utf8.isValid(buffer, at, nameLength)) {
      throw malformed("a header name is not well-formed UTF-8");
    }
    skip(nameLength);
    skip(readNullableLength("header value length"));
  }

  /** Moves behind so many bytes, none for {@link #NULL}, and returns where they begin. */
  private int skip(int bytes) {
    int from = at;
    at += Math.max(0, bytes);
    return from;
  }

  /** A length plus one, 0 for null. The bytes behind it are inside the record. */
  private int readNullableLength(String what) {
    return requireInside(what, readUnsigned(what) - 1);
  }

  private int requireInside(String what, int length) {
    if (length > limit - at) {
      throw malformed(what + " is " + length + "; bytes left: " + (limit - at));
    }
    return length;
  }

  private int readUnsigned(String what) {
    int value = readShortVarint();
    return value >= 0 ? value : requireInt(what, readVarint(what, Varint.MAX_BYTES));
  }

  private int requireInt(String what, long value) {
    if (value > Integer.MAX_VALUE) {
      throw malformed(what + " is " + value + "; limit " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** Of one or two bytes, as most are; -1, with nothing read, if it is not or is ill-formed. */
  private int readShortVarint() {
    if (limit - at < Short.BYTES) {
      return -1;
    }
    int bytes = buffer.getShort(at);
    if ((bytes & Varint.MORE) == 0) {
      at++;
      return bytes & 0x7F;
    }
    int value = Varint.ofTwoBytes(bytes);
    if (value >= 0) {
      at += Short.BYTES;
    }
    return value;
  }

  private long readVarint(String what, int maxBytes) {
    long value = 0;
    for (int i = 0; i < maxBytes; i++) {
      if (at == limit) {
        throw malformed("the bytes end inside the " + what);
      }
      byte next = buffer.get(at++);
      value |= (next & 0x7FL) << 7 * i;
      if (next >= 0) {
        boolean shortest = next != 0 || i == 0;
        boolean inRange = i < Varint.MAX_LONG_BYTES - 1 || next == 1;
        if (!shortest || !inRange) {
          throw malformed(
              "the " + what + " is not a varint of at most 64 bits in its shortest form");
        }
        return value;
      }
    }
    throw malformed("the " + what + " is a varint of more than " + maxBytes + " bytes");
  }

  private void requireEnd() {
    if (at != end) {
      throw InvalidBatchException.malformed(
          (end - at) + " bytes are left over after the last of " + recordCount + " records");
    }
  }

  private InvalidBatchException malformed(String breach) {
    return InvalidBatchException.malformed(inRecord(breach));
  }

  private String inRecord(String breach) {
    return "record "
        + recordsRead
        + " of "
        + recordCount
        + ", byte "
        + (at - recordsStart)
        + " of the records: "
        + breach;
  }
}
