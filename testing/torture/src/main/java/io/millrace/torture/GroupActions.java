package io.millrace.torture;

/**
 * What a run has done to the members of a group and to the broker.
 *
 * @param started members that were started
 * @param killed members that were killed with SIGKILL
 * @param paused times that a member was suspended
 * @param closed members that were asked to close during the run
 * @param brokerKills times that the broker was killed
 */
public record GroupActions(int started, int killed, int paused, int closed, int brokerKills) {}
