/* Socket addresses, messages, what Winsock reports about itself. */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <afunix.h>

#include "windows_parts.h"

void abi_windows_addresses(void)
{
    STRUCT(struct sockaddr_in);
    FIELD(struct sockaddr_in, sin_family);
    FIELD(struct sockaddr_in, sin_port);
    FIELD(struct sockaddr_in, sin_addr);
    FIELD(struct sockaddr_in, sin_zero);

    STRUCT(struct sockaddr_in6);
    FIELD(struct sockaddr_in6, sin6_family);
    FIELD(struct sockaddr_in6, sin6_port);
    FIELD(struct sockaddr_in6, sin6_flowinfo);
    FIELD(struct sockaddr_in6, sin6_addr);
    FIELD(struct sockaddr_in6, sin6_scope_id);

    STRUCT(struct sockaddr_un);
    FIELD(struct sockaddr_un, sun_family);
    FIELD(struct sockaddr_un, sun_path);

    STRUCT(struct sockaddr_storage);
    FIELD(struct sockaddr_storage, ss_family);

    STRUCT(struct linger);
    FIELD(struct linger, l_onoff);
    FIELD(struct linger, l_linger);

    STRUCT(struct timeval);
    FIELD(struct timeval, tv_sec);
    FIELD(struct timeval, tv_usec);

    STRUCT(WSABUF);
    FIELD(WSABUF, len);
    FIELD(WSABUF, buf);

    STRUCT(WSAMSG);
    FIELD(WSAMSG, name);
    FIELD(WSAMSG, namelen);
    FIELD(WSAMSG, lpBuffers);
    FIELD(WSAMSG, dwBufferCount);
    FIELD(WSAMSG, Control);
    FIELD(WSAMSG, dwFlags);

    STRUCT(WSACMSGHDR);
    FIELD(WSACMSGHDR, cmsg_len);
    FIELD(WSACMSGHDR, cmsg_level);
    FIELD(WSACMSGHDR, cmsg_type);

    STRUCT(WSAPOLLFD);
    FIELD(WSAPOLLFD, fd);
    FIELD(WSAPOLLFD, events);
    FIELD(WSAPOLLFD, revents);

    STRUCT(WSADATA);
    FIELD(WSADATA, wVersion);
    FIELD(WSADATA, wHighVersion);
    FIELD(WSADATA, iMaxSockets);
    FIELD(WSADATA, iMaxUdpDg);
    FIELD(WSADATA, lpVendorInfo);
    FIELD(WSADATA, szDescription);
    FIELD(WSADATA, szSystemStatus);

    STRUCT(WSAPROTOCOL_INFOW);
    FIELD(WSAPROTOCOL_INFOW, dwServiceFlags1);
    FIELD(WSAPROTOCOL_INFOW, dwProviderFlags);
    FIELD(WSAPROTOCOL_INFOW, ProviderId);
    FIELD(WSAPROTOCOL_INFOW, dwCatalogEntryId);
    FIELD(WSAPROTOCOL_INFOW, ProtocolChain);
    FIELD(WSAPROTOCOL_INFOW, iVersion);
    FIELD(WSAPROTOCOL_INFOW, iAddressFamily);
    FIELD(WSAPROTOCOL_INFOW, iMaxSockAddr);
    FIELD(WSAPROTOCOL_INFOW, iMinSockAddr);
    FIELD(WSAPROTOCOL_INFOW, iSocketType);
    FIELD(WSAPROTOCOL_INFOW, iProtocol);
    FIELD(WSAPROTOCOL_INFOW, dwMessageSize);
    FIELD(WSAPROTOCOL_INFOW, szProtocol);
}
