package io.millrace.server.nativeprotocol;

import io.millrace.server.listener.CommonClientSettings;
import io.millrace.server.listener.ListenerObserver;

/** The objects that all connections of the listener share. */
record ConnectionContext(
    CommonClientSettings settings,
    Routes routes,
    Greeting greeting,
    ListenerObserver observer,
    RequestTimers timers,
    FrameMemory frameMemory,
    ConnectionMemory memory) {}
