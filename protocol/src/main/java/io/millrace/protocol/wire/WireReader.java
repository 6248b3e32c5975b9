package io.millrace.protocol.wire;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Reads the fields of one body from first to last, in the layout of one version of the api. Every
 * field has a name for error messages. A count or a length is compared with the remaining bytes
 * before memory is allocated for it. Does not own the buffer.
 */
final class WireReader {

  /** Bytes of an empty string, the smallest one. */
  static final int MIN_STRING_BYTES = 2;

  private static final int MIN_MAP_ENTRY_BYTES = 2 * MIN_STRING_BYTES;

  private final ByteBuf in;
  private final FrameHeader header;

  WireReader(FrameHeader header, ByteBuf in) {
    this.header = header;
    this.in = in;
  }

  /** The version of the api in which the body is written. */
  int version() {
    return header.version();
  }

  int u8(String field) {
    need(1, field);
    return in.readUnsignedByte();
  }

  boolean bool(String field) {
    int code = u8(field);
    if (code > 1) {
      throw malformed(field, "is " + code + "; expected 0 or 1");
    }
    return code == 1;
  }

  int u16(String field) {
    need(2, field);
    return in.readUnsignedShortLE();
  }

  short i16(String field) {
    need(2, field);
    return in.readShortLE();
  }

  int i32(String field) {
    need(4, field);
    return in.readIntLE();
  }

  long i64(String field) {
    need(8, field);
    return in.readLongLE();
  }

  UUID uuid(String field) {
    need(16, field);
    return new UUID(in.readLongLE(), in.readLongLE());
  }

  ProducerSecret secret(String field) {
    need(ProducerSecret.BYTES, field);
    return ProducerSecret.of(in.readLongLE(), in.readLongLE());
  }

  String string(String field) {
    int bytes = u16(field);
    need(bytes, field);
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(in.nioBuffer(in.readerIndex(), bytes))
              .toString();
      in.skipBytes(bytes);
      return text;
    } catch (CharacterCodingException e) {
      throw malformed(field, "is not UTF-8");
    }
  }

  ErrorCode errorCode(String field) {
    return ErrorCode.ofCode(u16(field));
  }

  AckLevel ackLevel(String field) {
    return oneOf(field, AckLevel::ofCode);
  }

  IsolationLevel isolation(String field) {
    return oneOf(field, IsolationLevel::ofCode);
  }

  StartKind startKind(String field) {
    return oneOf(field, StartKind::ofCode);
  }

  /** Reads a map of strings, its count a u16. */
  Map<String, String> map(String field) {
    int count = count(u16(field), MIN_MAP_ENTRY_BYTES, field);
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = string(field);
      if (map.put(name, string(field)) != null) {
        throw malformed(field, "has the name '" + name + "' twice");
      }
    }
    return map;
  }

  /**
   * Reads a list with a count of two bytes.
   *
   * @param minItemBytes smallest size of an item
   */
  <T> List<T> shortList(String field, int minItemBytes, Function<WireReader, T> item) {
    return items(count(u16(field), minItemBytes, field), item);
  }

  /**
   * Reads a list with a count of four bytes.
   *
   * @param minItemBytes smallest size of an item
   */
  <T> List<T> longList(String field, int minItemBytes, Function<WireReader, T> item) {
    return items(count(i32(field), minItemBytes, field), item);
  }

  /** Reads whether a value is present, then the value. */
  <T> Optional<T> optional(String field, Function<WireReader, T> value) {
    return bool(field) ? Optional.of(value.apply(this)) : Optional.empty();
  }

  /** The remaining bytes as a slice, which is valid as long as the frame. */
  ByteBuf rest() {
    return in.readSlice(in.readableBytes());
  }

  /** Refuses a body with bytes after its last field. */
  void end() {
    if (in.isReadable()) {
      throw WireException.malformed(
          where() + ": " + in.readableBytes() + " bytes are left over after the last field");
    }
  }

  private <T> List<T> items(int count, Function<WireReader, T> item) {
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(item.apply(this));
    }
    return items;
  }

  private int count(int count, int minItemBytes, String field) {
    if (count < 0 || (long) count * minItemBytes > in.readableBytes()) {
      throw malformed(
          field,
          "claims "
              + count
              + " items of at least "
              + minItemBytes
              + " bytes, "
              + in.readableBytes()
              + " bytes are left");
    }
    return count;
  }

  /** Reads a code of one byte that stands for a constant. */
  <T> T oneOf(String field, IntFunction<T> ofCode) {
    int code = u8(field);
    try {
      return ofCode.apply(code);
    } catch (IllegalArgumentException e) {
      throw WireException.invalid(where() + ", field " + field + ": " + e.getMessage());
    }
  }

  private void need(int bytes, String field) {
    if (in.readableBytes() < bytes) {
      throw malformed(field, "needs " + bytes + " bytes, " + in.readableBytes() + " are left");
    }
  }

  private WireException malformed(String field, String violation) {
    return WireException.malformed(where() + ", field " + field + " " + violation);
  }

  private String where() {
    return Api.nameOf(header.api()) + " " + header.kind().name().toLowerCase(Locale.ROOT);
  }
}
