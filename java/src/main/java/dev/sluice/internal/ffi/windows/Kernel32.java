package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;

/**
 * Completion ports and memory of the library kernel32: C names, raw results, no policy.
 *
 * <p>Every function is that of Microsoft's page of the same name. FALSE or a null HANDLE is returned
 * as it is, with the cause in {@link WindowsCallState#getLastError}. Pointers and HANDLEs are {@code
 * long}.
 */
public final class Kernel32 {
    private static final MemorySegment CREATEIOCOMPLETIONPORT = function("CreateIoCompletionPort");
    private static final MemorySegment GETQUEUEDCOMPLETIONSTATUSEX =
            function("GetQueuedCompletionStatusEx");
    private static final MemorySegment POSTQUEUEDCOMPLETIONSTATUS =
            function("PostQueuedCompletionStatus");
    private static final MemorySegment CANCELIOEX = function("CancelIoEx");
    private static final MemorySegment SETFILECOMPLETIONNOTIFICATIONMODES =
            function("SetFileCompletionNotificationModes");
    private static final MemorySegment CLOSEHANDLE = function("CloseHandle");
    private static final MemorySegment SETHANDLEINFORMATION = function("SetHandleInformation");
    private static final MemorySegment VIRTUALALLOC = function("VirtualAlloc");
    private static final MemorySegment VIRTUALFREE = function("VirtualFree");

    private Kernel32() {}

    private static MemorySegment function(String name) {
        return NativeLinker.function("kernel32", name);
    }

    /**
     * {@code HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
     * ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads)}.
     */
    public static long CreateIoCompletionPort(
            MemorySegment callState, long fileHandle, long existingPort, long completionKey,
            int threads) {
        return WindowsCall.call(
                CREATEIOCOMPLETIONPORT, callState, fileHandle, existingPort, completionKey,
                threads);
    }

    /**
     * {@code BOOL GetQueuedCompletionStatusEx(HANDLE CompletionPort, LPOVERLAPPED_ENTRY
     * lpCompletionPortEntries, ULONG ulCount, PULONG ulNumEntriesRemoved, DWORD dwMilliseconds,
     * BOOL fAlertable)}: WAIT_TIMEOUT is a failure.
     */
    public static int GetQueuedCompletionStatusEx(
            MemorySegment callState, long port, long entries, int count, long removed,
            int milliseconds, int alertable) {
        return (int) WindowsCall.call(
                GETQUEUEDCOMPLETIONSTATUSEX, callState, port, entries, count, removed,
                milliseconds, alertable);
    }

    /**
     * {@code BOOL PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD
     * dwNumberOfBytesTransferred, ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped)}.
     */
    public static int PostQueuedCompletionStatus(
            MemorySegment callState, long port, int bytes, long completionKey, long overlapped) {
        return (int) WindowsCall.call(
                POSTQUEUEDCOMPLETIONSTATUS, callState, port, bytes, completionKey, overlapped);
    }

    /** {@code BOOL CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped)}. */
    public static int CancelIoEx(MemorySegment callState, long file, long overlapped) {
        return (int) WindowsCall.call(CANCELIOEX, callState, file, overlapped);
    }

    /** {@code BOOL SetFileCompletionNotificationModes(HANDLE FileHandle, UCHAR Flags)}. */
    public static int SetFileCompletionNotificationModes(
            MemorySegment callState, long fileHandle, int flags) {
        return (int) WindowsCall.call(
                SETFILECOMPLETIONNOTIFICATIONMODES, callState, fileHandle, flags);
    }

    /** {@code BOOL CloseHandle(HANDLE hObject)}. */
    public static int CloseHandle(MemorySegment callState, long object) {
        return (int) WindowsCall.call(CLOSEHANDLE, callState, object);
    }

    /** {@code BOOL SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags)}. */
    public static int SetHandleInformation(
            MemorySegment callState, long object, int mask, int flags) {
        return (int) WindowsCall.call(SETHANDLEINFORMATION, callState, object, mask, flags);
    }

    /**
     * {@code LPVOID VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD
     * flProtect)}.
     */
    public static long VirtualAlloc(
            MemorySegment callState, long address, long size, int allocationType, int protect) {
        return WindowsCall.call(VIRTUALALLOC, callState, address, size, allocationType, protect);
    }

    /** {@code BOOL VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType)}. */
    public static int VirtualFree(
            MemorySegment callState, long address, long size, int freeType) {
        return (int) WindowsCall.call(VIRTUALFREE, callState, address, size, freeType);
    }
}
