package io.millrace.group;

/**
 * What a member says of itself when it joins.
 *
 * @param staticName a name that outlives a restart of the program: the next member of this name
 *     gets the partitions of the present one; empty: none
 * @param clientId name of the client, for people
 * @param host address of the client, for people
 * @param sessionTimeoutMicros a member that sends no beat for this time is removed
 * @param maxProcessingMicros a member that holds events and does not process for this time is
 *     removed; 0: never, which is the default
 */
public record MemberSettings(
    String staticName,
    String clientId,
    String host,
    long sessionTimeoutMicros,
    long maxProcessingMicros) {}
