package dev.sluice.cli.semantics;

import dev.sluice.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was seen of one ending.
 *
 * @param takenBytes how many of our bytes the system had taken
 * @param arrivedBytes how many of them the peer read
 * @param peerEnd how it ended for the peer
 * @param closeStatus of the CLOSE event, empty if none came
 * @param closeNanos from its submission to its event
 * @param discardedBytes of the peer's that a graceful close threw away
 * @param ended the operations that were pending, in the order of their events
 * @param timeWait what is left in the kernel
 * @param strays events that came after the CLOSE event, and operations that had none
 * @param stuckAt what was waited for in vain, empty if nothing
 */
record Observation(
        long takenBytes,
        long arrivedBytes,
        PeerEnd peerEnd,
        Optional<Status> closeStatus,
        long closeNanos,
        long discardedBytes,
        List<EndedOperation> ended,
        TimeWait timeWait,
        int strays,
        Optional<String> stuckAt) {
    /** Copies the list. */
    Observation {
        ended = List.copyOf(ended);
    }

    String data(Wording wording) {
        return wording.share(arrivedBytes, takenBytes);
    }

    String close() {
        return closeStatus.map(Status::toString).orElse("no event");
    }

    String took(Wording wording) {
        return closeStatus.isPresent() ? wording.time(closeNanos) : "-";
    }

    /** How the rest ended: operations, and bytes that were thrown away. */
    String rest(Wording wording) {
        List<String> parts =
                new ArrayList<>(ended.stream().map(one -> one.text(wording)).toList());
        if (discardedBytes > 0) {
            parts.add("discarded " + wording.exactly(discardedBytes));
        }
        return parts.stream().collect(Collectors.joining("; "));
    }
}
