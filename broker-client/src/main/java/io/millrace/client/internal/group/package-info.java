/**
 * Membership in a group: which partitions a member owns.
 *
 * <p>{@code Membership} decides, without a network and a clock. {@code GroupMember} carries out its
 * actions on the event loop: it joins, sends beats, and notifies its {@code OwnershipListener} of
 * what the member gets, must release and has lost.
 */
package io.millrace.client.internal.group;
