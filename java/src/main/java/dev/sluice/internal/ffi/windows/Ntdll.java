package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;

/**
 * Two native calls: a request to the socket driver on a port of ours, which readiness needs, and the
 * true version of the system.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winternl/nf-winternl-ntdeviceiocontrolfile">
 *     NtDeviceIoControlFile</a>
 */
public final class Ntdll {
    private static final MemorySegment NTDEVICEIOCONTROLFILE = function("NtDeviceIoControlFile");

    private static final MemorySegment RTLGETVERSION = function("RtlGetVersion");

    private Ntdll() {}

    private static MemorySegment function(String name) {
        return NativeLinker.function("ntdll", name);
    }

    /**
     * {@code NTSTATUS NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE
     * ApcRoutine, PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock, ULONG IoControlCode, PVOID
     * InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength)}: the
     * result is an {@link NtStatus}; the context comes back as the OVERLAPPED of the packet.
     */
    public static int NtDeviceIoControlFile(
            MemorySegment callState, long fileHandle, long event, long apcRoutine, long apcContext,
            long ioStatusBlock, int ioControlCode, long inputBuffer, int inputLength,
            long outputBuffer, int outputLength) {
        return (int) WindowsCall.call(
                NTDEVICEIOCONTROLFILE, callState, fileHandle, event, apcRoutine, apcContext,
                ioStatusBlock, ioControlCode, inputBuffer, inputLength, outputBuffer,
                outputLength);
    }

    /**
     * {@code NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation)}: fills an {@link
     * OsVersionInfo}; other calls answer what the program's manifest asks for.
     */
    public static int RtlGetVersion(MemorySegment callState, long information) {
        return (int) WindowsCall.call(RTLGETVERSION, callState, information);
    }
}
