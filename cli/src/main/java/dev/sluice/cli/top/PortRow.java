package dev.sluice.cli.top;

import java.time.Duration;
import java.util.List;

/**
 * What a port did between two samples. A rate is per second.
 *
 * @param longest of the later sample
 */
record PortRow(
        String port,
        String thread,
        String backend,
        int sockets,
        int pendingOperations,
        int waitingTasks,
        int buffers,
        int usedBuffers,
        double events,
        double polls,
        double waitCalls,
        double submitCalls,
        double tryCalls,
        double otherCalls,
        double asleep,
        Duration longest,
        long acceptFailures) {
    /** Computes the rates between two samples of one port, the later one second. */
    static PortRow between(Sample before, Sample now) {
        double nanos = Math.max(1, Duration.between(before.at(), now.at()).toNanos());
        double seconds = nanos / 1e9;
        // A sleep that ends just as it is read may be missing once, and in the next sample twice.
        double asleep = now.asleep().minus(before.asleep()).toNanos() / nanos;
        return new PortRow(
                now.port().substring(now.port().lastIndexOf(' ') + 1),
                now.thread(),
                now.backend(),
                now.sockets(),
                now.pendingOperations(),
                now.waitingTasks(),
                now.buffers(),
                now.usedBuffers(),
                (now.events() - before.events()) / seconds,
                (now.polls() - before.polls()) / seconds,
                (now.waitCalls() - before.waitCalls()) / seconds,
                (now.submitCalls() - before.submitCalls()) / seconds,
                (now.tryCalls() - before.tryCalls()) / seconds,
                (now.otherCalls() - before.otherCalls()) / seconds,
                Math.clamp(asleep, 0.0, 1.0),
                now.longestHandling(),
                now.acceptFailures());
    }

    /** Adds up the rows; of the longest times it has the longest, of the times asleep the mean. */
    static PortRow sum(List<PortRow> rows) {
        return new PortRow("all", "", "",
                rows.stream().mapToInt(PortRow::sockets).sum(),
                rows.stream().mapToInt(PortRow::pendingOperations).sum(),
                rows.stream().mapToInt(PortRow::waitingTasks).sum(),
                rows.stream().mapToInt(PortRow::buffers).sum(),
                rows.stream().mapToInt(PortRow::usedBuffers).sum(),
                rows.stream().mapToDouble(PortRow::events).sum(),
                rows.stream().mapToDouble(PortRow::polls).sum(),
                rows.stream().mapToDouble(PortRow::waitCalls).sum(),
                rows.stream().mapToDouble(PortRow::submitCalls).sum(),
                rows.stream().mapToDouble(PortRow::tryCalls).sum(),
                rows.stream().mapToDouble(PortRow::otherCalls).sum(),
                rows.stream().mapToDouble(PortRow::asleep).average().orElse(0),
                rows.stream().map(PortRow::longest).max(Duration::compareTo)
                        .orElse(Duration.ZERO),
                rows.stream().mapToLong(PortRow::acceptFailures).sum());
    }
}
