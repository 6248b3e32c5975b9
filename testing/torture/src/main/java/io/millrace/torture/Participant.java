package io.millrace.torture;

/**
 * A producer or a reader of a run, and what it shares with the others.
 *
 * @param number its number among the producers, or among the readers, from 0 on
 * @param topic the topic to which it sends, or which it reads
 * @param history where it records events
 */
record Participant(int number, String topic, TorturePlan plan, History history) {}
