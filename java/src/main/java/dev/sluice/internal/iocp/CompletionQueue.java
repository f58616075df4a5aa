package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.OverlappedEntry;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The completion port with its batch of fetched packets.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/fileio/i-o-completion-ports">I/O
 *     completion ports</a>
 */
final class CompletionQueue {
    private static final int BATCH = 256;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final WindowsCallState callState;
    private final MemorySegment capture;

    /** A segment and not an address: it keeps the memory of the addresses below alive. */
    private final MemorySegment memory;

    private final long entries;
    private final long removed;

    /**
     * For wake-ups alone: they come from other threads and need memory for error codes of their
     * own.
     */
    private final MemorySegment wakeupCapture;

    private final long port;
    private int fetched;
    private int handled;

    CompletionQueue(WindowsCallState callState, Arena arena) throws NativeFailure {
        this.callState = callState;
        this.capture = callState.segment();
        long bytes = (long) BATCH * OverlappedEntry.SIZE + Integer.BYTES;
        this.memory = arena.allocate(bytes, Long.BYTES);
        this.entries = memory.address();
        this.removed = entries + (long) BATCH * OverlappedEntry.SIZE;
        this.wakeupCapture = new WindowsCallState(arena).segment();
        long invalid = KernelConstants.INVALID_HANDLE_VALUE;
        port = Kernel32.CreateIoCompletionPort(capture, invalid, 0, 0, 1);
        if (port == 0) {
            throw WindowsTryCalls.failure("CreateIoCompletionPort", callState.getLastError());
        }
    }

    /** Binds a socket to the port for the rest of its life; returns the error code, or 0. */
    int attach(long handle) {
        callState.calls().addOther();
        return Kernel32.CreateIoCompletionPort(capture, handle, port, 0, 0) == 0
                ? callState.getLastError()
                : 0;
    }

    boolean hasFetched() {
        return handled < fetched;
    }

    /** Fetches a batch unless one is still being handled; returns the number of packets left. */
    int fetch(long timeoutNanos) {
        if (handled < fetched) {
            return fetched - handled;
        }
        handled = 0;
        fetched = 0;
        int millis = millisOf(timeoutNanos);
        callState.calls().addWait();
        int result =
                Kernel32.GetQueuedCompletionStatusEx(
                        capture, port, entries, BATCH, removed, millis, 0);
        if (result != 0) {
            fetched = Memory.getInt(removed);
        } else if (callState.getLastError() != KernelConstants.WAIT_TIMEOUT) {
            throw new WaitFailure(
                    "GetQueuedCompletionStatusEx",
                    WindowsErrors.describe(callState.getLastError()));
        }
        return fetched;
    }

    /**
     * Rounds up: a wait that ends before a deadline would make the port spin until the deadline.
     */
    static int millisOf(long timeoutNanos) {
        if (timeoutNanos < 0) {
            return KernelConstants.INFINITE;
        }
        long millis = Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI);
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    /**
     * Moves to the next fetched packet, which the methods below describe; false if there is none.
     */
    boolean next() {
        if (handled == fetched) {
            return false;
        }
        handled++;
        return true;
    }

    /** Returns the OVERLAPPED of the packet, or 0 for a wake-up. */
    long overlapped() {
        return Memory.getLong(current() + OverlappedEntry.LPOVERLAPPED);
    }

    /** Returns the NTSTATUS with which the operation ended. */
    int status() {
        return Memory.getInt(current() + OverlappedEntry.INTERNAL);
    }

    long bytes() {
        return Integer.toUnsignedLong(
                Memory.getInt(current() + OverlappedEntry.DWNUMBEROFBYTESTRANSFERRED));
    }

    private long current() {
        return entries + (long) (handled - 1) * OverlappedEntry.SIZE;
    }

    /** Ends a wait; any thread may call it. */
    synchronized void wakeup() {
        int posted = Kernel32.PostQueuedCompletionStatus(wakeupCapture, port, 0, 0, 0);
        if (posted == 0) {
            throw new IllegalStateException("PostQueuedCompletionStatus failed");
        }
    }

    void close() {
        Kernel32.CloseHandle(capture, port);
    }
}
