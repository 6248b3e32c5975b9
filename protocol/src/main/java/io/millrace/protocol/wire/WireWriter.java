package io.millrace.protocol.wire;

import io.millrace.protocol.ProducerSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Writes the fields of one body from first to last, in the layout of one version of the api. The
 * counterpart of {@link WireReader}. Does not own the buffer.
 */
final class WireWriter {

  /** Largest number of bytes of an encoded string. */
  static final int MAX_STRING_BYTES = 65_535;

  /** Largest number of entries of a map, and of items of a list with a count of two bytes. */
  static final int MAX_SHORT_COUNT = 65_535;

  private final ByteBuf out;
  private final int version;

  WireWriter(ByteBuf out, int version) {
    this.out = out;
    this.version = version;
  }

  /** The version of the api in which the body is written. */
  int version() {
    return version;
  }

  /** The buffer. A message uses it to call an encoder that creates no objects. */
  ByteBuf buffer() {
    return out;
  }

  void u8(int value) {
    out.writeByte(value);
  }

  void bool(boolean value) {
    out.writeByte(value ? 1 : 0);
  }

  void u16(int value) {
    out.writeShortLE(value);
  }

  void i16(short value) {
    out.writeShortLE(value);
  }

  void i32(int value) {
    out.writeIntLE(value);
  }

  void i64(long value) {
    out.writeLongLE(value);
  }

  void uuid(UUID uuid) {
    uuid(out, uuid);
  }

  /** Writes a uuid without an object. */
  static void uuid(ByteBuf out, UUID uuid) {
    out.writeLongLE(uuid.getMostSignificantBits());
    out.writeLongLE(uuid.getLeastSignificantBits());
  }

  void secret(ProducerSecret secret) {
    secret(out, secret);
  }

  /** Writes a secret without an object. */
  static void secret(ByteBuf out, ProducerSecret secret) {
    out.writeLongLE(secret.first());
    out.writeLongLE(secret.last());
  }

  /**
   * Writes the length in bytes, then the text as UTF-8. An unpaired surrogate is written as a
   * question mark.
   */
  void string(String text) {
    int bytes = ByteBufUtil.utf8Bytes(text);
    if (bytes > MAX_STRING_BYTES) {
      throw WireException.invalid(
          "a string of " + bytes + " bytes is too long; the limit is " + MAX_STRING_BYTES);
    }
    out.writeShortLE(bytes);
    ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
  }

  /** Writes a map of strings, its count a u16. */
  void map(Map<String, String> map) {
    shortCount(map.size());
    map.forEach(
        (name, value) -> {
          string(name);
          string(value);
        });
  }

  /** Writes a list with a count of two bytes. */
  <T> void shortList(List<T> items, BiConsumer<T, WireWriter> item) {
    shortCount(items.size());
    items.forEach(each -> item.accept(each, this));
  }

  /** Writes a list with a count of four bytes. */
  <T> void longList(List<T> items, BiConsumer<T, WireWriter> item) {
    out.writeIntLE(items.size());
    items.forEach(each -> item.accept(each, this));
  }

  /** Writes whether a value is present, then the value. */
  <T> void optional(Optional<T> value, BiConsumer<T, WireWriter> writer) {
    bool(value.isPresent());
    value.ifPresent(present -> writer.accept(present, this));
  }

  /** Copies the readable bytes of another buffer, whose indexes do not change. */
  void rest(ByteBuf bytes) {
    out.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
  }

  private void shortCount(int count) {
    if (count > MAX_SHORT_COUNT) {
      throw WireException.invalid(
          "a list of " + count + " items is too long; the limit is " + MAX_SHORT_COUNT);
    }
    out.writeShortLE(count);
  }
}
