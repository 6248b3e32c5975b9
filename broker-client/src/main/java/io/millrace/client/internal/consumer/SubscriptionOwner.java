package io.millrace.client.internal.consumer;

/** For whom a partition is read. The broker delivers to a member only what the member owns. */
interface SubscriptionOwner {

  /** Stands for no group. */
  SubscriptionOwner NONE =
      new SubscriptionOwner() {
        @Override
        public String group() {
          return "";
        }

        @Override
        public String member() {
          return "";
        }

        @Override
        public long epoch() {
          return 0;
        }
      };

  /** The name of the group; empty: none. */
  String group();

  /** The id of the member; empty without a group. Event loop only. */
  String member();

  /** The epoch of the member's newest assignment; 0 without a group. Event loop only. */
  long epoch();
}
