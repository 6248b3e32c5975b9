package io.millrace.server.nativeprotocol;

import io.millrace.server.quota.Quotas;

/** The quotas that all connections of the listener share. Any thread. */
record ListenerQuotas(Quotas quotas, ProduceQuota produce) {

  /**
   * @param maxRecordsBytes limit of the records of a batch before compression
   */
  static ListenerQuotas of(Quotas quotas, int maxRecordsBytes) {
    return new ListenerQuotas(quotas, new ProduceQuota(quotas, maxRecordsBytes));
  }

  /** The quotas of a connection whose client has said its name. */
  ConnectionQuotas of(NativeConnection connection, Runnable updateReading) {
    return new ConnectionQuotas(quotas, produce, connection, updateReading);
  }
}
