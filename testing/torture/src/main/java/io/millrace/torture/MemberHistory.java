package io.millrace.torture;

import java.util.List;

/**
 * What a member of a group has written.
 *
 * @param number the number of the member in the run
 * @param threads the threads of its handlers; 0: it polled
 * @param records in the order in which they were written
 */
record MemberHistory(int number, int threads, List<MemberRecord> records) {}
