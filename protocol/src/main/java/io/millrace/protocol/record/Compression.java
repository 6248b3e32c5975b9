package io.millrace.protocol.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Compression and decompression of one block. The only class that uses the compression libraries.
 * Thread-safe.
 *
 * <p>A zstd context needs about a megabyte of native memory, and its creation takes much of the
 * time of a small batch. Therefore a limited number of idle contexts is kept; the others are freed
 * after use.
 */
final class Compression {

  /** Fast enough for a producer: ratio 5.2:1 at 390 MB/s, measured on log lines. */
  private static final int ZSTD_LEVEL = 1;

  /** The maximum number of idle contexts for compression, and for decompression. */
  private static final int MAX_IDLE_CONTEXTS = 8;

  private static final LZ4Factory LZ4 = CompressionLibrary.load();
  private static final LZ4Compressor LZ4_COMPRESSOR = LZ4.fastCompressor();
  private static final LZ4SafeDecompressor LZ4_DECOMPRESSOR = LZ4.safeDecompressor();

  private static final Queue<ZstdCompressCtx> COMPRESSORS =
      new ArrayBlockingQueue<>(MAX_IDLE_CONTEXTS);
  private static final Queue<ZstdDecompressCtx> DECOMPRESSORS =
      new ArrayBlockingQueue<>(MAX_IDLE_CONTEXTS);

  private Compression() {}

  /** The largest compressed size of this number of uncompressed bytes. */
  static int maxCompressedBytes(BatchCodec codec, int bytes) {
    return switch (codec) {
      case NONE -> bytes;
      case LZ4 -> LZ4_COMPRESSOR.maxCompressedLength(bytes);
      case ZSTD -> Math.toIntExact(Zstd.compressBound(bytes));
    };
  }

  /**
   * Compresses from one direct buffer into another. The target must have space for {@link
   * #maxCompressedBytes} from {@code toAt}.
   *
   * @return bytes written
   */
  static int compress(
      BatchCodec codec, ByteBuffer from, int fromAt, int bytes, ByteBuffer to, int toAt) {
    return switch (codec) {
      case NONE -> throw new IllegalArgumentException("codec none does not compress");
      case LZ4 -> LZ4_COMPRESSOR.compress(from, fromAt, bytes, to, toAt, to.capacity() - toAt);
      case ZSTD -> compressZstd(from, fromAt, bytes, to, toAt);
    };
  }

  /**
   * Decompresses one block to the start of a direct buffer.
   *
   * @param from direct or heap
   * @param expected decompressed size; {@code to} has this capacity
   * @throws InvalidBatchException if the block is damaged or its decompressed size differs from
   *     {@code expected}
   */
  static void decompress(
      BatchCodec codec, ByteBuffer from, int fromAt, int bytes, ByteBuffer to, int expected) {
    int actual =
        switch (codec) {
          case NONE -> throw new IllegalArgumentException("codec none does not decompress");
          case LZ4 -> decompressLz4(from, fromAt, bytes, to, expected);
          case ZSTD -> decompressZstd(from, fromAt, bytes, to, expected);
        };
    if (actual != expected) {
      throw InvalidBatchException.malformed(
          "the records decompress to " + actual + " bytes; the header says " + expected);
    }
  }

  private static int compressZstd(ByteBuffer from, int fromAt, int bytes, ByteBuffer to, int toAt) {
    ZstdCompressCtx context = COMPRESSORS.poll();
    if (context == null) {
      context = new ZstdCompressCtx().setLevel(ZSTD_LEVEL).setChecksum(false).setContentSize(true);
    }
    try {
      return context.compressDirectByteBuffer(to, toAt, to.capacity() - toAt, from, fromAt, bytes);
    } finally {
      if (!COMPRESSORS.offer(context)) {
        context.close();
      }
    }
  }

  private static int decompressLz4(
      ByteBuffer from, int fromAt, int bytes, ByteBuffer to, int expected) {
    try {
      return LZ4_DECOMPRESSOR.decompress(from, fromAt, bytes, to, 0, expected);
    } catch (LZ4Exception e) {
      throw damaged(BatchCodec.LZ4, e.getMessage());
    }
  }

  private static int decompressZstd(
      ByteBuffer from, int fromAt, int bytes, ByteBuffer to, int expected) {
    ByteBuffer block = from.isDirect() ? from : directCopy(from, fromAt, bytes);
    int blockAt = from.isDirect() ? fromAt : 0;
    long frame = Zstd.findDirectByteBufferFrameCompressedSize(block, blockAt, bytes);
    if (Zstd.isError(frame)) {
      throw damaged(BatchCodec.ZSTD, Zstd.getErrorName(frame));
    }
    if (frame != bytes) {
      throw InvalidBatchException.malformed(
          "the zstd frame ends after " + frame + " of " + bytes + " bytes; expected one frame");
    }
    ZstdDecompressCtx context = DECOMPRESSORS.poll();
    if (context == null) {
      context = new ZstdDecompressCtx();
    }
    try {
      return context.decompressDirectByteBuffer(to, 0, expected, block, blockAt, bytes);
    } catch (ZstdException e) {
      throw damaged(BatchCodec.ZSTD, e.getMessage());
    } finally {
      if (!DECOMPRESSORS.offer(context)) {
        context.close();
      }
    }
  }

  private static ByteBuffer directCopy(ByteBuffer from, int at, int bytes) {
    ByteBuffer copy = ByteBuffer.allocateDirect(bytes);
    copy.put(0, from, at, bytes);
    return copy;
  }

  private static InvalidBatchException damaged(BatchCodec codec, String cause) {
    return InvalidBatchException.malformed(
        "the records do not decompress as " + codec + ": " + cause);
  }
}
