package io.millrace.storage.mapped;

/**
 * The bytes after a slice that its reader needs next.
 *
 * @param to position after the bytes that are loaded with the slice; at least its end
 * @param last position after the last byte that the reader may read in the segment; at least {@code
 *     to}
 */
record SliceAhead(int to, int last) {}
