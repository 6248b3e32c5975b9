package io.millrace.group;

/**
 * The bytes of a {@link GroupRecord}: the key and the value of an event.
 *
 * @param value empty if the record removes what the key names
 */
public record EncodedGroupRecord(byte[] key, byte[] value) {}
