package io.millrace.cli.format;

import java.io.IOException;

/** A line of input is longer than the limit of the {@link LineReader}. */
public final class LineTooLongException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long number;
  private final long lengthBytes;

  LineTooLongException(long number, long lengthBytes, int limitBytes) {
    super("line " + number + " has " + lengthBytes + " bytes; the limit is " + limitBytes);
    this.number = number;
    this.lengthBytes = lengthBytes;
  }

  /** The number of the line, from 1. */
  public long number() {
    return number;
  }

  /** The length of the line, without its newline. */
  public long lengthBytes() {
    return lengthBytes;
  }
}
