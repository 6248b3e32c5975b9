package io.millrace.cli.command;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The input and output of a command.
 *
 * @param in input, unbuffered
 * @param out results; throws a {@link ClosedOutputException} when the reader has closed the pipe
 * @param err everything else: errors, reports, progress
 * @param progress whether the command prints its progress to {@code err} while it runs
 */
public record Streams(InputStream in, OutputStream out, PrintStream err, boolean progress) {

  private static final int OUT_BYTES = 64 * 1024;

  /** The reader of the results has closed the pipe, as {@code | head} does. */
  public static final class ClosedOutputException extends IOException {

    private static final long serialVersionUID = 1L;

    ClosedOutputException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The standard streams of the process. */
  public static Streams ofProcess() {
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(
            new ResultStream(new FileOutputStream(FileDescriptor.out)), OUT_BYTES),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Boolean.getBoolean("millrace.progress"));
  }

  /** The same streams, for a command whose output is for programs. */
  public Streams withoutProgress() {
    return new Streams(in, out, err, false);
  }

  /** Prints a text as a result, in UTF-8. */
  public void print(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Turns the {@code IOException} of a closed pipe, which the JDK does not distinguish from others,
   * into a {@link ClosedOutputException}.
   */
  private static final class ResultStream extends OutputStream {

    private final FileOutputStream out;

    ResultStream(FileOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        if (isClosedPipe(e)) {
          throw new ClosedOutputException(e);
        }
        throw new IOException("cannot write the output: " + e.getMessage(), e);
      }
    }

    private static boolean isClosedPipe(IOException e) {
      return e.getMessage() != null && e.getMessage().contains("Broken pipe");
    }
  }
}
