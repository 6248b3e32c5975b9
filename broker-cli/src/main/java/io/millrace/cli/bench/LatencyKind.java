package io.millrace.cli.bench;

/**
 * The latencies that benchmarks measure. The name of each says where the measured time begins and
 * ends.
 */
enum LatencyKind {
  /** From the call of {@code send} to the receipt. */
  SEND_TO_RECEIPT("sendToReceipt", "send to receipt"),
  /** From the time at which the event is due in the schedule, to the receipt. */
  DUE_TO_RECEIPT("dueToReceipt", "due time to receipt"),
  /** From the time at which the event is due in the schedule, to its arrival at the consumer. */
  DUE_TO_CONSUMER("dueToConsumer", "due time to consumer");

  private final String jsonName;
  private final String label;

  LatencyKind(String jsonName, String label) {
    this.jsonName = jsonName;
    this.label = label;
  }

  /** The name of the field in the JSON result. */
  String jsonName() {
    return jsonName;
  }

  /** The name in the text result. */
  String label() {
    return label;
  }
}
