package io.millrace.protocol;

/**
 * The table of errors: the number on the wire, whether a retry of the same request may succeed, and
 * the meaning. A number never changes and is never reused.
 *
 * <pre>
 *     0 to  99  any request
 *   100 to 199  connections
 *   200 to 299  topics
 *   300 to 399  producing
 *   400 to 499  reading
 *   500 to 599  storage
 *   600 to 699  found by the client itself, never on the wire
 *   700 to 799  security: authentication, permissions, users, tokens and rules
 *   800 to 899  consumer groups
 * </pre>
 *
 * <p>A reserved range is for its feature only. A client treats a code that it does not know as
 * {@link #INTERNAL}, so a new code does not need a new version of an api.
 */
public enum ErrorCode {
  NONE(0, false, "no error"),
  INTERNAL(1, false, "the broker failed in an unexpected way; see its log"),

  // Connections: 100 to 199. The broker closes the connection after most of these errors.
  FRAME_TOO_LARGE(100, false, "a frame is longer than the broker's limit"),
  MALFORMED_FRAME(101, false, "a frame does not follow the protocol"),
  UNKNOWN_API(102, false, "the broker does not support this api"),
  UNSUPPORTED_VERSION(103, false, "the broker does not support this version of the api"),
  HELLO_EXPECTED(104, false, "the first request of a connection must be HELLO; it is sent once"),
  HANDSHAKE_TIMEOUT(105, true, "the client did not send HELLO in the time allowed"),
  IDLE_TIMEOUT(106, true, "the client sent nothing in the time allowed"),
  SLOW_READER(107, true, "the client did not read the data sent to it in the time allowed"),
  TOO_MANY_CONNECTIONS(108, true, "the broker has as many connections as it allows"),
  SHUTTING_DOWN(109, true, "the broker is shutting down; reconnect when it is back"),
  TOO_MANY_IN_FLIGHT(110, true, "too many appends of a partition wait, or too many scans run"),
  SLOW_WRITER(111, true, "the client did not send a whole frame in the time allowed"),

  // Topics: 200 to 299.
  UNKNOWN_TOPIC(200, false, "there is no such topic"),
  UNKNOWN_PARTITION(201, false, "the topic has no such partition"),
  TOPIC_EXISTS(202, false, "a topic of this name exists"),
  INVALID_TOPIC_NAME(203, false, "the topic name is not allowed"),
  INVALID_TOPIC_SETTING(204, false, "a topic setting is unknown or its value is not allowed"),
  INVALID_PARTITION_COUNT(205, false, "the number of partitions is not allowed"),
  LIMIT_REACHED(206, false, "a limit of the broker is reached"),

  // Producing: 300 to 399.
  CORRUPT_BATCH(300, true, "a batch's checksum does not match its bytes"),
  MALFORMED_BATCH(301, false, "a batch does not follow the record batch format"),
  EVENT_TOO_LARGE(302, false, "an event is larger than the broker's limit"),
  BATCH_TOO_LARGE(303, false, "a batch is larger than the broker's limit"),
  OUT_OF_ORDER_SEQUENCE(304, false, "a batch's sequence does not follow the producer's last one"),
  STALE_PRODUCER_EPOCH(305, false, "a newer producer with the same identity has taken over"),
  UNKNOWN_PRODUCER(
      306, false, "the broker has not returned this producer id, epoch and secret together"),
  DUPLICATE_SEQUENCE(307, false, "the batch is already stored, but its offset is no longer known"),
  INVALID_SOURCE(308, false, "a source must be UTF-8 of 1 to 255 bytes"),

  // Reading: 400 to 499.
  OFFSET_OUT_OF_RANGE(400, false, "the offset is before the start or after the end of the log"),
  SUBSCRIPTION_EXISTS(401, false, "the connection already has a subscription with this id"),
  UNKNOWN_SUBSCRIPTION(402, false, "the connection has no subscription with this id"),
  INVALID_REQUEST(403, false, "a field of the request has a value that is not allowed"),
  INVALID_FILTER(404, false, "the filter is not an expression of the filter language"),

  // Storage: 500 to 599.
  STORAGE_FAILED(
      500,
      true,
      "the storage of the partition failed; it accepts no appends until the broker restarts"),
  DISK_FULL(501, true, "the disk is full; appends resume when space is free"),
  CORRUPT_LOG(502, false, "stored bytes are damaged"),
  RECOVERING(503, true, "the partition is still being recovered"),
  LOG_TOO_NEW(504, false, "a file was written by a newer version"),
  DIRECTORY_LOCKED(505, false, "the data directory is in use by another broker"),
  DIRECTORY_NOT_WRITABLE(506, false, "the data directory cannot be written"),
  LOG_TOO_OLD(507, false, "a file was written by a version too old for this one to read"),
  FENCED(508, true, "another broker has taken over the partition's storage"),
  RESOURCES_EXHAUSTED(
      509, true, "the broker has too few file descriptors, memory maps or kernel memory"),

  // Found by the client itself: 600 to 699. Never on the wire.
  SERVER_UNREACHABLE(600, true, "no connection to the broker could be made in the time allowed"),
  CONNECTION_LOST(601, true, "the connection broke before the answer; its outcome is unknown"),
  REQUEST_TIMEOUT(602, true, "the broker did not answer in the time allowed"),
  DELIVERY_TIMEOUT(603, true, "an event was not acknowledged in the time allowed"),
  SEND_TIMEOUT(604, true, "the producer's memory limit was reached and did not clear in time"),
  CLOSED(605, false, "the client, producer or consumer is closed"),
  CONCURRENT_USE(606, false, "a consumer was used by two threads at once"),
  INTERRUPTED(607, true, "the calling thread was interrupted while it waited"),
  HANDLER_FAILED(608, false, "an event handler of the program failed"),

  // Security: 700 to 799.
  AUTHENTICATION_REQUIRED(700, false, "the listener serves clients with a credential only"),
  AUTHENTICATION_FAILED(701, false, "the credential is not valid"),
  CREDENTIAL_EXPIRED(702, true, "the credential is no longer valid; reconnect with a new one"),
  TLS_REQUIRED(703, false, "the listener accepts TLS connections only"),
  NOT_AUTHORIZED(710, false, "the principal is not allowed to do this"),
  SOURCE_NOT_ALLOWED(711, false, "the principal may not write events of this source"),
  UNKNOWN_USER(720, false, "there is no such user"),
  USER_EXISTS(721, false, "a user of this name exists"),
  UNKNOWN_TOKEN(722, false, "there is no such token"),
  INVALID_RULE(723, false, "the text is not a rule, or names something that does not exist"),

  // Consumer groups: 800 to 899.
  UNKNOWN_GROUP(800, false, "there is no such group"),
  INVALID_GROUP_NAME(801, false, "the group name is not allowed"),
  GROUP_NOT_EMPTY(802, false, "the group has members; the request needs a group without members"),
  INCONSISTENT_GROUP(803, false, "the group is of another kind or uses another assignor"),
  UNKNOWN_MEMBER(804, false, "the group has no such member; its session ended, or it never joined"),
  STALE_MEMBER(805, false, "the member's epoch is old, or the partition has another owner"),
  STATIC_NAME_TAKEN(806, false, "a newer member of the group has taken over the static name"),
  OFFSET_BEHIND(807, false, "the committed offset is higher; only a reset moves it back"),
  LOCK_LOST(808, false, "the event is not locked for this consumer any more"),
  UNKNOWN_QUEUE(809, false, "the connection has no queue with this id"),
  QUEUE_EXISTS(810, false, "the connection already has a queue with this id");

  private static final ErrorCode[] BY_CODE = new ErrorCode[900];

  static {
    for (ErrorCode error : values()) {
      BY_CODE[error.code] = error;
    }
  }

  private final int code;
  private final boolean retriable;
  private final String meaning;

  ErrorCode(int code, boolean retriable, String meaning) {
    this.code = code;
    this.retriable = retriable;
    this.meaning = meaning;
  }

  /** The number on the wire; 600 to 699 for an error that the client itself finds. */
  public int code() {
    return code;
  }

  /** Whether the same request may succeed later without a change by the caller. */
  public boolean retriable() {
    return retriable;
  }

  /** The meaning, as a part of an English sentence. */
  public String meaning() {
    return meaning;
  }

  /** The error with this number; {@link #INTERNAL} if this build does not know the number. */
  public static ErrorCode ofCode(int code) {
    ErrorCode error = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    return error == null ? INTERNAL : error;
  }
}
