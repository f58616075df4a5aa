package dev.sluice.bench.jmh;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoCqringOffsets;
import dev.sluice.internal.ffi.linux.IoSqringOffsets;
import dev.sluice.internal.ffi.linux.IoUringCqe;
import dev.sluice.internal.ffi.linux.IoUringSqe;
import dev.sluice.internal.uring.CompletionQueue;
import dev.sluice.internal.uring.Sqe;
import dev.sluice.internal.uring.SubmissionQueue;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The rings of io_uring on plain memory: one entry in, one result out. The kernel's part is one
 * store, which marks the entry as taken or a result as available.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Rings {
    private static final int ENTRIES = 256;
    private static final int OPCODE = 26; // IORING_OP_SEND
    private static final int DESCRIPTOR = 7;
    private static final int BYTES = 64;

    // Heads and tails on cache lines of their own, as the kernel lays them out.
    private static final int HEAD = 0;
    private static final int TAIL = 64;
    private static final int MASK = 128;
    private static final int CAPACITY = 132;
    private static final int OTHER = 136;
    private static final int BODY = 192;

    private final long submission = allocate(BODY + ENTRIES * Integer.BYTES);
    private final long completion = allocate(BODY + ENTRIES * IoUringCqe.SIZE);
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private long token;

    /** Empty rings. */
    public Rings() {
        for (long ring : new long[]{submission, completion}) {
            Memory.setInt(ring + MASK, ENTRIES - 1);
            Memory.setInt(ring + CAPACITY, ENTRIES);
        }
        submissions = new SubmissionQueue(submission, submissionOffsets(),
                allocate(ENTRIES * IoUringSqe.SIZE));
        completions = new CompletionQueue(completion, completionOffsets());
    }

    private static long allocate(long bytes) {
        return Arena.global().allocate(bytes, IoUringSqe.SIZE).address();
    }

    private static long submissionOffsets() {
        long offsets = allocate(IoSqringOffsets.SIZE);
        Memory.setInt(offsets + IoSqringOffsets.HEAD, HEAD);
        Memory.setInt(offsets + IoSqringOffsets.TAIL, TAIL);
        Memory.setInt(offsets + IoSqringOffsets.RING_MASK, MASK);
        Memory.setInt(offsets + IoSqringOffsets.RING_ENTRIES, CAPACITY);
        Memory.setInt(offsets + IoSqringOffsets.FLAGS, OTHER);
        Memory.setInt(offsets + IoSqringOffsets.ARRAY, BODY);
        return offsets;
    }

    private static long completionOffsets() {
        long offsets = allocate(IoCqringOffsets.SIZE);
        Memory.setInt(offsets + IoCqringOffsets.HEAD, HEAD);
        Memory.setInt(offsets + IoCqringOffsets.TAIL, TAIL);
        Memory.setInt(offsets + IoCqringOffsets.RING_MASK, MASK);
        Memory.setInt(offsets + IoCqringOffsets.RING_ENTRIES, CAPACITY);
        Memory.setInt(offsets + IoCqringOffsets.OVERFLOW, OTHER);
        Memory.setInt(offsets + IoCqringOffsets.CQES, BODY);
        return offsets;
    }

    /** Zeroes, writes and publishes an entry; the kernel takes it. */
    @Benchmark
    public int push() {
        long sqe = submissions.next();
        if (sqe == SubmissionQueue.FULL) {
            throw new IllegalStateException("the ring is full although all was taken");
        }
        Sqe.fill(sqe, OPCODE, DESCRIPTOR, submission, BYTES, token++);
        int pending = submissions.publish();
        Memory.setIntRelease(submission + HEAD, Memory.getInt(submission + TAIL));
        return pending;
    }

    /** The kernel publishes a result; the application reads it and releases its place. */
    @Benchmark
    public long pop() {
        Memory.setIntRelease(completion + TAIL, Memory.getInt(completion + HEAD) + 1);
        if (!completions.next()) {
            throw new IllegalStateException("no result although one was announced");
        }
        long read = completions.userData() + completions.result() + completions.flags();
        completions.release();
        return read;
    }
}
