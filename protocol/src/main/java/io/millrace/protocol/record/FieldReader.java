package io.millrace.protocol.record;

import java.nio.ByteBuffer;

/**
 * Reads the fields of a record: integers, lengths and bytes. Every length is compared with the
 * bytes before {@link #limit} before it is used. One thread.
 */
abstract class FieldReader {

  /** The length of a null key or value. */
  static final int NULL = -1;

  /** Little-endian. */
  ByteBuffer buffer;

  /** Position of the next field. */
  int at;

  /** One past the last byte that a field may have. */
  int limit;

  /** The exception for a violation of the format in the current record. */
  abstract InvalidBatchException malformed(String violation);

  /** A copy of a range of bytes; null if the length is {@link #NULL}. */
  final byte[] bytes(int from, int length) {
    if (length == NULL) {
      return null;
    }
    byte[] copy = new byte[length];
    buffer.get(from, copy);
    return copy;
  }

  /**
   * Skips bytes; none if the number is {@link #NULL}.
   *
   * @return the position of the first skipped byte
   */
  final int skip(int bytes) {
    int from = at;
    at += Math.max(0, bytes);
    return from;
  }

  /** Reads a length plus one, where 0 is null, and checks that the record has these bytes. */
  final int readNullableLength(String field) {
    return requireInside(field, readUnsigned(field) - 1);
  }

  final int requireInside(String field, int length) {
    if (length > limit - at) {
      throw malformed(field + " is " + length + "; bytes left: " + (limit - at));
    }
    return length;
  }

  final int readUnsigned(String field) {
    int value = readShortVarint();
    return value >= 0 ? value : requireInt(field, readVarint(field, Varint.MAX_BYTES));
  }

  private int requireInt(String field, long value) {
    if (value > Integer.MAX_VALUE) {
      throw malformed(field + " is " + value + "; limit " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /**
   * Reads a varint of one or two bytes.
   *
   * @return -1, with nothing read, if the varint is longer or not in its shortest form
   */
  final int readShortVarint() {
    if (limit - at < Short.BYTES) {
      return -1;
    }
    int bytes = buffer.getShort(at);
    if ((bytes & Varint.CONTINUATION_BIT) == 0) {
      at++;
      return bytes & 0x7F;
    }
    int value = Varint.ofTwoBytes(bytes);
    if (value >= 0) {
      at += Short.BYTES;
    }
    return value;
  }

  final long readVarint(String field, int maxBytes) {
    long value = 0;
    for (int i = 0; i < maxBytes; i++) {
      if (at == limit) {
        throw malformed("the bytes end inside the " + field);
      }
      byte next = buffer.get(at++);
      value |= (next & 0x7FL) << 7 * i;
      if (next >= 0) {
        boolean shortest = next != 0 || i == 0;
        boolean inRange = i < Varint.MAX_LONG_BYTES - 1 || next == 1;
        if (!shortest || !inRange) {
          throw malformed(
              "the " + field + " is not a varint of at most 64 bits in its shortest form");
        }
        return value;
      }
    }
    throw malformed("the " + field + " is a varint of more than " + maxBytes + " bytes");
  }
}
