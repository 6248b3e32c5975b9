package io.millrace.storage.mapped.file;

/**
 * The place of a batch in a segment file, and what it must contain to continue the log.
 *
 * @param position the position of its first byte in the file
 * @param baseOffset its base offset
 * @param epoch the least epoch that it may have
 */
public record ExpectedBatch(int position, long baseOffset, int epoch) {}
