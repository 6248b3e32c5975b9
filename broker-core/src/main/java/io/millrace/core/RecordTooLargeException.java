package io.millrace.core;

import io.millrace.protocol.ErrorCode;

/** A record of a group does not fit into an event of the broker. */
final class RecordTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String group;

  /**
   * @param group the name of the group
   */
  RecordTooLargeException(String group, String message) {
    super(message);
    this.group = group;
  }

  String group() {
    return group;
  }

  /** The refusal of the request that needs the record. */
  BrokerException refusal() {
    return new BrokerException(ErrorCode.LIMIT_REACHED, getMessage(), this);
  }
}
