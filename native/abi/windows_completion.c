/* Completion ports, overlapped operations and the extension functions of Winsock. */
#include <winsock2.h>
#include <mswsock.h>
#include <stdio.h>

#include "windows_parts.h"

/* In the usual notation: the first three groups are numbers, the rest single bytes. */
static void record_guid(const char *name, const GUID *guid)
{
    char text[40];
    snprintf(text, sizeof text, "%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", guid->Data1,
             guid->Data2, guid->Data3, guid->Data4[0], guid->Data4[1], guid->Data4[2],
             guid->Data4[3], guid->Data4[4], guid->Data4[5], guid->Data4[6], guid->Data4[7]);
    abi_text(name, text);
}

void abi_windows_completion(void)
{
    STRUCT(OVERLAPPED);
    FIELD(OVERLAPPED, Internal);
    FIELD(OVERLAPPED, InternalHigh);
    FIELD(OVERLAPPED, Offset);
    FIELD(OVERLAPPED, OffsetHigh);
    FIELD(OVERLAPPED, Pointer);
    FIELD(OVERLAPPED, hEvent);

    STRUCT(OVERLAPPED_ENTRY);
    FIELD(OVERLAPPED_ENTRY, lpCompletionKey);
    FIELD(OVERLAPPED_ENTRY, lpOverlapped);
    FIELD(OVERLAPPED_ENTRY, Internal);
    FIELD(OVERLAPPED_ENTRY, dwNumberOfBytesTransferred);

    STRUCT(OSVERSIONINFOW);
    FIELD(OSVERSIONINFOW, dwOSVersionInfoSize);
    FIELD(OSVERSIONINFOW, dwMajorVersion);
    FIELD(OSVERSIONINFOW, dwMinorVersion);
    FIELD(OSVERSIONINFOW, dwBuildNumber);

    STRUCT(TRANSMIT_FILE_BUFFERS);
    FIELD(TRANSMIT_FILE_BUFFERS, Head);
    FIELD(TRANSMIT_FILE_BUFFERS, HeadLength);
    FIELD(TRANSMIT_FILE_BUFFERS, Tail);
    FIELD(TRANSMIT_FILE_BUFFERS, TailLength);

    STRUCT(GUID);
    FIELD(GUID, Data1);
    FIELD(GUID, Data2);
    FIELD(GUID, Data3);
    FIELD(GUID, Data4);

    /* handles and waiting */
    CONSTANT(INVALID_HANDLE_VALUE);
    CONSTANT(INFINITE);
    CONSTANT(WAIT_OBJECT_0);
    CONSTANT(WAIT_TIMEOUT);
    CONSTANT(WAIT_FAILED);

    /* SetHandleInformation */
    CONSTANT(HANDLE_FLAG_INHERIT);

    /* SetFileCompletionNotificationModes */
    CONSTANT(FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    CONSTANT(FILE_SKIP_SET_EVENT_ON_HANDLE);

    /* TransmitFile, DisconnectEx */
    CONSTANT(TF_DISCONNECT);
    CONSTANT(TF_REUSE_SOCKET);
    CONSTANT(TF_WRITE_BEHIND);
    CONSTANT(TF_USE_KERNEL_APC);

    /* CreateFileW */
    CONSTANT(GENERIC_READ);
    CONSTANT(FILE_SHARE_READ);
    CONSTANT(FILE_SHARE_WRITE);
    CONSTANT(FILE_SHARE_DELETE);
    CONSTANT(OPEN_EXISTING);
    CONSTANT(FILE_FLAG_SEQUENTIAL_SCAN);

    /* VirtualAlloc */
    CONSTANT(MEM_COMMIT);
    CONSTANT(MEM_RESERVE);
    CONSTANT(MEM_RELEASE);
    CONSTANT(PAGE_READWRITE);

    /* WSAIoctl: the names of extension functions */
    record_guid("WSAID_ACCEPTEX", &(GUID)WSAID_ACCEPTEX);
    record_guid("WSAID_CONNECTEX", &(GUID)WSAID_CONNECTEX);
    record_guid("WSAID_DISCONNECTEX", &(GUID)WSAID_DISCONNECTEX);
    record_guid("WSAID_GETACCEPTEXSOCKADDRS", &(GUID)WSAID_GETACCEPTEXSOCKADDRS);
    record_guid("WSAID_TRANSMITFILE", &(GUID)WSAID_TRANSMITFILE);
    record_guid("WSAID_TRANSMITPACKETS", &(GUID)WSAID_TRANSMITPACKETS);
    record_guid("WSAID_WSARECVMSG", &(GUID)WSAID_WSARECVMSG);
    record_guid("WSAID_WSASENDMSG", &(GUID)WSAID_WSASENDMSG);
}
