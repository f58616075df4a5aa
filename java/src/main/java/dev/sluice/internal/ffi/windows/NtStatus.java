package dev.sluice.internal.ffi.windows;

/**
 * Status codes of the kernel, as they stand in OVERLAPPED.Internal: {@code <ntstatus.h>}.
 */
public final class NtStatus {
    // success, information and warnings
    public static final int STATUS_SUCCESS = 0;
    public static final int STATUS_TIMEOUT = 258;
    public static final int STATUS_PENDING = 259;
    public static final int STATUS_RECEIVE_PARTIAL = 0x4000000F;
    public static final int STATUS_RECEIVE_EXPEDITED = 0x40000010;
    public static final int STATUS_RECEIVE_PARTIAL_EXPEDITED = 0x40000011;
    public static final int STATUS_BUFFER_OVERFLOW = 0x80000005;
    public static final int STATUS_HANDLES_CLOSED = 0x8000000A;
    public static final int STATUS_NO_MORE_ENTRIES = 0x8000001A;

    // errors
    public static final int STATUS_UNSUCCESSFUL = 0xC0000001;
    public static final int STATUS_INVALID_HANDLE = 0xC0000008;
    public static final int STATUS_INVALID_PARAMETER = 0xC000000D;
    public static final int STATUS_END_OF_FILE = 0xC0000011;
    public static final int STATUS_NO_MEMORY = 0xC0000017;
    public static final int STATUS_ACCESS_DENIED = 0xC0000022;
    public static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    public static final int STATUS_SHARING_VIOLATION = 0xC0000043;
    public static final int STATUS_QUOTA_EXCEEDED = 0xC0000044;
    public static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    public static final int STATUS_IO_TIMEOUT = 0xC00000B5;
    public static final int STATUS_NOT_SUPPORTED = 0xC00000BB;
    public static final int STATUS_BAD_NETWORK_PATH = 0xC00000BE;
    public static final int STATUS_UNEXPECTED_NETWORK_ERROR = 0xC00000C4;
    public static final int STATUS_REMOTE_NOT_LISTENING = 0xC00000BC;
    public static final int STATUS_NETWORK_BUSY = 0xC00000BF;
    public static final int STATUS_NETWORK_ACCESS_DENIED = 0xC00000CA;
    public static final int STATUS_CANCELLED = 0xC0000120;
    public static final int STATUS_LOCAL_DISCONNECT = 0xC000013B;
    public static final int STATUS_REMOTE_DISCONNECT = 0xC000013C;
    public static final int STATUS_REMOTE_RESOURCES = 0xC000013D;
    public static final int STATUS_LINK_FAILED = 0xC000013E;
    public static final int STATUS_LINK_TIMEOUT = 0xC000013F;
    public static final int STATUS_INVALID_CONNECTION = 0xC0000140;
    public static final int STATUS_INVALID_ADDRESS = 0xC0000141;
    public static final int STATUS_INVALID_BUFFER_SIZE = 0xC0000206;
    public static final int STATUS_INVALID_ADDRESS_COMPONENT = 0xC0000207;
    public static final int STATUS_TOO_MANY_ADDRESSES = 0xC0000209;
    public static final int STATUS_ADDRESS_ALREADY_EXISTS = 0xC000020A;
    public static final int STATUS_ADDRESS_CLOSED = 0xC000020B;
    public static final int STATUS_CONNECTION_DISCONNECTED = 0xC000020C;
    public static final int STATUS_CONNECTION_RESET = 0xC000020D;
    public static final int STATUS_TRANSACTION_ABORTED = 0xC000020F;
    public static final int STATUS_CONNECTION_REFUSED = 0xC0000236;
    public static final int STATUS_GRACEFUL_DISCONNECT = 0xC0000237;
    public static final int STATUS_ADDRESS_ALREADY_ASSOCIATED = 0xC0000238;
    public static final int STATUS_ADDRESS_NOT_ASSOCIATED = 0xC0000239;
    public static final int STATUS_CONNECTION_INVALID = 0xC000023A;
    public static final int STATUS_CONNECTION_ACTIVE = 0xC000023B;
    public static final int STATUS_NETWORK_UNREACHABLE = 0xC000023C;
    public static final int STATUS_HOST_UNREACHABLE = 0xC000023D;
    public static final int STATUS_PROTOCOL_UNREACHABLE = 0xC000023E;
    public static final int STATUS_PORT_UNREACHABLE = 0xC000023F;
    public static final int STATUS_REQUEST_ABORTED = 0xC0000240;
    public static final int STATUS_CONNECTION_ABORTED = 0xC0000241;
    public static final int STATUS_HOPLIMIT_EXCEEDED = 0xC000A012;
    public static final int STATUS_INVALID_DEVICE_REQUEST = 0xC0000010;
    public static final int STATUS_INVALID_DEVICE_STATE = 0xC0000184;
    public static final int STATUS_TOO_MANY_OPENED_FILES = 0xC000011F;
    public static final int STATUS_COMMITMENT_LIMIT = 0xC000012D;
    public static final int STATUS_WORKING_SET_QUOTA = 0xC00000A1;
    public static final int STATUS_PAGEFILE_QUOTA = 0xC0000007;
    public static final int STATUS_NOT_FOUND = 0xC0000225;
    public static final int STATUS_HOST_DOWN = 0xC0000350;
    public static final int STATUS_OBJECT_TYPE_MISMATCH = 0xC0000024;
    public static final int STATUS_TOO_MANY_PAGING_FILES = 0xC0000097;
    public static final int STATUS_CONFLICTING_ADDRESSES = 0xC0000018;
    public static final int STATUS_ACCESS_VIOLATION = 0xC0000005;
    public static final int STATUS_DATATYPE_MISALIGNMENT_ERROR = 0xC00002C5;
    public static final int STATUS_DEVICE_NOT_READY = 0xC00000A3;
    public static final int STATUS_REQUEST_NOT_ACCEPTED = 0xC00000D0;
    public static final int STATUS_INVALID_NETWORK_RESPONSE = 0xC00000C3;
    public static final int STATUS_NO_SUCH_DEVICE = 0xC000000E;
    public static final int STATUS_NO_SUCH_FILE = 0xC000000F;
    public static final int STATUS_OBJECT_PATH_NOT_FOUND = 0xC000003A;
    public static final int STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034;
    public static final int STATUS_PIPE_DISCONNECTED = 0xC00000B0;
    public static final int STATUS_NOT_IMPLEMENTED = 0xC0000002;
    public static final int STATUS_PROTOCOL_NOT_SUPPORTED = 0xC000A013;

    private NtStatus() {}

    /** NT_ERROR: of the four severities the one for which an operation that ends at once posts no packet. */
    public static boolean isError(int status) {
        return status >>> 30 == 3;
    }
}
