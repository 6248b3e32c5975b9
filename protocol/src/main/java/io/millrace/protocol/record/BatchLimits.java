package io.millrace.protocol.record;

/**
 * How large a batch and its parts may be.
 *
 * @param maxEventBytes bytes of one encoded record, 1 to 1 GiB
 * @param maxBatchBytes bytes of a whole batch as it travels, header included
 * @param maxRecordsBytes bytes of a batch's records before compression; bounds what a small
 *     compressed batch can blow up to
 */
public record BatchLimits(int maxEventBytes, int maxBatchBytes, int maxRecordsBytes) {}
