package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.KernelFiles;
import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.Overlapped;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.FileRange;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;

/**
 * Sends of files by TransmitFile. It takes at most 2^31 - 1 bytes, and 0 would be the whole file. What it does at
 * the end of a file is not documented, so the size is asked for before each call.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-transmitfile">
 *     TransmitFile</a>
 */
final class IocpFiles {
    /**
     * Bytes of one call: workstation versions of Windows carry out two of these calls at a time, and the others
     * wait for them.
     */
    static final long MAX_BYTES_OF_A_CALL = 16 * 1024 * 1024;

    private final IocpDriver driver;
    private final Completions completions;

    IocpFiles(IocpDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    /** Starts a request, or sends the rest; another call follows each one that ends at once. */
    void start(IocpChannel channel, Request request) {
        // Decided here, since versions of Windows differ in the code.
        boolean connected = channel.state != Channel.State.OPEN;
        int error = connected ? driver.attach(channel) : WinError.WSAENOTCONN;
        if (error != 0) {
            driver.fail(channel, request, error);
            return;
        }
        boolean going = true;
        while (going) {
            long bytes = bytesOfNextCall(channel, request);
            if (bytes == 0) {
                return;
            }
            OverlappedOperation operation = driver.operations.begin(request);
            int launched = driver.launched(channel, operation, call(channel, operation, bytes));
            going = launched != IocpDriver.PENDING
                    && continues(channel, request, launched, launched == 0 ? moved(operation) : 0);
        }
    }

    /** Handles the packet of a request. */
    void completed(IocpChannel channel, Request request, OverlappedOperation operation, int error,
            long bytes) {
        driver.operations.finish(operation);
        if (continues(channel, request, error, bytes)) {
            start(channel, request);
        }
    }

    /** Returns true if the last call asked for bytes that the file no longer has. */
    private boolean isShorterThanAsked(Request request) {
        driver.sockets.calls.addOther();
        FileRange file = request.file();
        long asked = Math.min(request.length(), request.progress() + MAX_BYTES_OF_A_CALL);
        return KernelFiles.GetFileSizeEx(driver.capture, file.handle, driver.count()) != 0
                && Memory.getLong(driver.count()) < file.position + asked;
    }

    /** Returns how many bytes to send next; 0 if the request has ended. */
    private long bytesOfNextCall(IocpChannel channel, Request request) {
        long left = request.length() - request.progress();
        if (left == 0) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
            return 0;
        }
        FileRange file = request.file();
        driver.sockets.calls.addOther();
        if (KernelFiles.GetFileSizeEx(driver.capture, file.handle, driver.count()) == 0) {
            driver.fail(channel, request, driver.sockets.callState().getLastError());
            return 0;
        }
        long inFile = Memory.getLong(driver.count()) - file.position - request.progress();
        if (inFile <= 0) {
            completions.complete(request, Outcome.FILE_TOO_SHORT, request.progress(), 0);
            return 0;
        }
        return Math.min(Math.min(left, inFile), MAX_BYTES_OF_A_CALL);
    }

    /** Returns 0, or SOCKET_ERROR, as a call of Winsock does. */
    private int call(IocpChannel channel, OverlappedOperation operation, long bytes) {
        Request request = operation.request();
        FileRange file = request.file();
        // Two halves of 32 bits, the low one first, as the OVERLAPPED has them.
        Memory.setLong(operation.overlapped + Overlapped.OFFSET,
                file.position + request.progress());
        driver.sockets.calls.addSubmission();
        int sent = Mswsock.TransmitFile(
                driver.capture, channel.handle, file.handle, (int) bytes, 0,
                operation.overlapped, 0, 0);
        return sent != 0 ? 0 : -1;
    }

    /** Returns the bytes of a call that ended at once, which has no other place for their number. */
    private static long moved(OverlappedOperation operation) {
        return Memory.getLong(operation.overlapped + Overlapped.INTERNALHIGH);
    }

    /** Notes the result of one call; returns true if another one is needed. */
    private boolean continues(IocpChannel channel, Request request, int error, long bytes) {
        boolean mayBeFile = error == WinError.ERROR_HANDLE_EOF || error == WinError.WSAEDISCON;
        boolean shrunk = (error == 0 && bytes == 0) || (mayBeFile && isShorterThanAsked(request));
        request.progress(request.progress() + bytes);
        if (shrunk) {
            // After its size was asked for.
            completions.complete(request, Outcome.FILE_TOO_SHORT, request.progress(), error);
            return false;
        }
        if (error != 0) {
            driver.fail(channel, request, error);
            return false;
        }
        if (request.progress() < request.length() && request.cancelReason != null) {
            completions.cancelled(request);
            return false;
        }
        return true;
    }
}
