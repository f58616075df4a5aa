package dev.sluice.internal.net.pool;

import java.util.concurrent.atomic.LongAdder;

/** What has happened in a pool so far. */
final class PoolCounts {
    final LongAdder dialled = new LongAdder();
    final LongAdder failedDials = new LongAdder();
    final LongAdder reused = new LongAdder();
    final LongAdder expired = new LongAdder();
    final LongAdder unfit = new LongAdder();
    final LongAdder discarded = new LongAdder();
    final LongAdder timedOut = new LongAdder();

    PoolSnapshot snapshot(int used, int idle, int dialling, int waiting) {
        return new PoolSnapshot(used, idle, dialling, waiting, dialled.sum(), failedDials.sum(),
                reused.sum(), expired.sum(), unfit.sum(), discarded.sum(), timedOut.sum());
    }
}
