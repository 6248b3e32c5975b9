package io.millrace.storage.mapped.file;

/**
 * What the register says of one log: what must be on disk, whatever the files of the log say.
 *
 * @param startOffset start of the log: the base offset of its oldest segment, or an offset after
 *     it, if the events below were deleted
 * @param newestSegment base offset of the newest segment whose events may be durable, or {@link
 *     #NO_SEGMENT}
 * @param durableOffset every batch below this offset was durable
 * @param epoch of the last opening that wrote to the register
 */
public record RegisteredLog(long startOffset, long newestSegment, long durableOffset, int epoch) {

  /** The newest segment of a log of which no segment must be there. */
  public static final long NO_SEGMENT = -1;

  /** Whether a segment must be there. */
  public boolean hasSegment() {
    return newestSegment != NO_SEGMENT;
  }

  /** Whether another entry has the same start and the same newest segment. */
  boolean requiresSameAs(RegisteredLog other) {
    return startOffset == other.startOffset && newestSegment == other.newestSegment;
  }

  RegisteredLog withDurable(long offset) {
    return new RegisteredLog(startOffset, newestSegment, offset, epoch);
  }

  RegisteredLog withNewest(long segment) {
    return new RegisteredLog(startOffset, segment, durableOffset, epoch);
  }

  RegisteredLog withStart(long offset) {
    return new RegisteredLog(offset, newestSegment, Math.max(durableOffset, offset), epoch);
  }
}
