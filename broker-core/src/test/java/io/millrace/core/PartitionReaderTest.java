package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Slices are closed, and failures typed, when the pool or the engine fails. */
class PartitionReaderTest {

  private static final Executor ENDED =
      task -> {
        throw new RejectedExecutionException("ended");
      };

  private static final class CountingSlice implements LogSlice {
    private final RuntimeException failure;
    private int closes;

    CountingSlice(RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public ByteBuffer buffer() {
      return ByteBuffer.allocate(0);
    }

    @Override
    public long nextOffset() {
      return 1;
    }

    @Override
    public boolean cold() {
      return true;
    }

    @Override
    public CompletionStage<Void> load(Executor blocking) {
      throw failure;
    }

    @Override
    public void close() {
      closes++;
    }
  }

  private static final LogReader NONE =
      new LogReader() {
        @Override
        public long position() {
          return 0;
        }

        @Override
        public LogSlice read(int maxBytes, long limit) {
          return null;
        }

        @Override
        public void close() {}
      };

  @Test
  void aSliceThatIsReadAfterThePoolHasEndedIsClosed() {
    CountingSlice slice = new CountingSlice(null);
    CompletableFuture<LogSlice> read = new CompletableFuture<>();
    CompletableFuture<Object> result =
        PartitionReader.afterRead(
                read,
                (given, failure) -> {
                  assertThat(given).isNull();
                  throw new CompletionException(failure);
                },
                ENDED)
            .toCompletableFuture()
            .thenApply(nothing -> nothing);
    read.complete(slice);
    assertThat(slice.closes).isOne();
    assertThatThrownBy(result::join).rootCause().isInstanceOf(RejectedExecutionException.class);
    Throwable failure = unwrapped(result.handle((nothing, cause) -> cause).join());
    assertThat(failure).isInstanceOf(BrokerException.class);
    assertThat(((BrokerException) failure).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void aColdSliceWhoseLoadThrowsIsClosedAndTheFailureIsInTheStage() {
    CountingSlice slice = new CountingSlice(new IllegalStateException("a fault of the engine"));
    CompletionStage<LogSlice> loaded = new PartitionReader(NONE, Runnable::run).load(slice);
    assertThat(slice.closes).isOne();
    assertThatThrownBy(() -> loaded.toCompletableFuture().join())
        .hasRootCauseMessage("a fault of the engine");
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException) {
      cause = cause.getCause();
    }
    return cause;
  }
}
