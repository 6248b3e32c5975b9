package io.millrace.server.nativeprotocol;

import io.millrace.server.nativeprotocol.FrameMemory.Claim;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The claims of one {@link ClaimOrigin}. Guarded by its {@link FrameMemory}. */
final class ClaimGroup {

  /** The longest waiting claim is the first. */
  private final Set<Claim> waiting = new LinkedHashSet<>();

  private final Set<Claim> granted = new LinkedHashSet<>();
  private long usedBytes;
  private long displacedBytes;

  /** The bytes of all granted claims. */
  long usedBytes() {
    return usedBytes;
  }

  /** The bytes of the granted claims that are not about to be released. */
  long keptBytes() {
    return usedBytes - displacedBytes;
  }

  boolean isEmpty() {
    return waiting.isEmpty() && granted.isEmpty();
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** The claim that has waited longest. There must be one. */
  Claim firstWaiting() {
    return waiting.iterator().next();
  }

  void add(Claim claim) {
    waiting.add(claim);
  }

  void grant(Claim claim) {
    waiting.remove(claim);
    granted.add(claim);
    usedBytes += claim.bytes();
  }

  /** The claim has to be released soon. */
  void displace(Claim claim) {
    displacedBytes += claim.bytes();
  }

  /** Removes a claim that has ended. */
  void remove(Claim claim) {
    if (granted.remove(claim)) {
      usedBytes -= claim.bytes();
      displacedBytes -= claim.isDisplaced() ? claim.bytes() : 0;
    } else {
      waiting.remove(claim);
    }
  }

  /** The slowest of the frames that are slow. */
  Optional<Claim> slowest(long now) {
    return granted.stream()
        .filter(claim -> claim.isSlow(now))
        .min(Comparator.comparingDouble(claim -> claim.bytesPerNano(now)));
  }
}
