/* Socket addresses, messages, options. */
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "linux_parts.h"

void abi_linux_sockets(void)
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

    STRUCT(struct msghdr);
    FIELD(struct msghdr, msg_name);
    FIELD(struct msghdr, msg_namelen);
    FIELD(struct msghdr, msg_iov);
    FIELD(struct msghdr, msg_iovlen);
    FIELD(struct msghdr, msg_control);
    FIELD(struct msghdr, msg_controllen);
    FIELD(struct msghdr, msg_flags);

    STRUCT(struct iovec);
    FIELD(struct iovec, iov_base);
    FIELD(struct iovec, iov_len);

    STRUCT(struct cmsghdr);
    FIELD(struct cmsghdr, cmsg_len);
    FIELD(struct cmsghdr, cmsg_level);
    FIELD(struct cmsghdr, cmsg_type);

    STRUCT(struct linger);
    FIELD(struct linger, l_onoff);
    FIELD(struct linger, l_linger);

    STRUCT(struct ucred);
    FIELD(struct ucred, pid);
    FIELD(struct ucred, uid);
    FIELD(struct ucred, gid);

    STRUCT(struct ip_mreqn);
    FIELD(struct ip_mreqn, imr_multiaddr);
    FIELD(struct ip_mreqn, imr_address);
    FIELD(struct ip_mreqn, imr_ifindex);

    STRUCT(struct group_req);
    FIELD(struct group_req, gr_interface);
    FIELD(struct group_req, gr_group);

    STRUCT(struct group_source_req);
    FIELD(struct group_source_req, gsr_interface);
    FIELD(struct group_source_req, gsr_group);
    FIELD(struct group_source_req, gsr_source);

    STRUCT(struct in_pktinfo);
    FIELD(struct in_pktinfo, ipi_ifindex);
    FIELD(struct in_pktinfo, ipi_spec_dst);
    FIELD(struct in_pktinfo, ipi_addr);

    STRUCT(struct in6_pktinfo);
    FIELD(struct in6_pktinfo, ipi6_addr);
    FIELD(struct in6_pktinfo, ipi6_ifindex);

    STRUCT(struct sock_extended_err);
    FIELD(struct sock_extended_err, ee_errno);
    FIELD(struct sock_extended_err, ee_origin);
    FIELD(struct sock_extended_err, ee_type);
    FIELD(struct sock_extended_err, ee_code);
    FIELD(struct sock_extended_err, ee_info);

    /* socket(2): families */
    CONSTANT(AF_UNSPEC);
    CONSTANT(AF_UNIX);
    CONSTANT(AF_INET);
    CONSTANT(AF_INET6);

    /* socket(2): types and flags */
    CONSTANT(SOCK_STREAM);
    CONSTANT(SOCK_DGRAM);
    CONSTANT(SOCK_SEQPACKET);
    CONSTANT(SOCK_NONBLOCK);
    CONSTANT(SOCK_CLOEXEC);

    /* socket(2): protocols */
    CONSTANT(IPPROTO_IP);
    CONSTANT(IPPROTO_TCP);
    CONSTANT(IPPROTO_UDP);
    CONSTANT(IPPROTO_IPV6);
    CONSTANT(IPPROTO_MPTCP);

    /* listen(2) */
    CONSTANT(SOMAXCONN);
    CONSTANT(SYS_recvfrom);
    CONSTANT(SYS_sendto);

    /* shutdown(2) */
    CONSTANT(SHUT_RD);
    CONSTANT(SHUT_WR);
    CONSTANT(SHUT_RDWR);

    /* recv(2), send(2) */
    CONSTANT(MSG_OOB);
    CONSTANT(MSG_PEEK);
    CONSTANT(MSG_DONTROUTE);
    CONSTANT(MSG_CTRUNC);
    CONSTANT(MSG_TRUNC);
    CONSTANT(MSG_DONTWAIT);
    CONSTANT(MSG_EOR);
    CONSTANT(MSG_WAITALL);
    CONSTANT(MSG_CONFIRM);
    CONSTANT(MSG_ERRQUEUE);
    CONSTANT(MSG_NOSIGNAL);
    CONSTANT(MSG_MORE);
    CONSTANT(MSG_WAITFORONE);
    CONSTANT(MSG_ZEROCOPY);
    CONSTANT(MSG_FASTOPEN);
    CONSTANT(MSG_CMSG_CLOEXEC);

    /* socket(7) */
    CONSTANT(SOL_SOCKET);
    CONSTANT(SO_REUSEADDR);
    CONSTANT(SO_TYPE);
    CONSTANT(SO_ERROR);
    CONSTANT(SO_DONTROUTE);
    CONSTANT(SO_BROADCAST);
    CONSTANT(SO_SNDBUF);
    CONSTANT(SO_RCVBUF);
    CONSTANT(SO_KEEPALIVE);
    CONSTANT(SO_OOBINLINE);
    CONSTANT(SO_LINGER);
    CONSTANT(SO_REUSEPORT);
    CONSTANT(SO_RCVLOWAT);
    CONSTANT(SO_SNDLOWAT);
    CONSTANT(SO_RCVTIMEO);
    CONSTANT(SO_SNDTIMEO);
    CONSTANT(SO_ACCEPTCONN);
    CONSTANT(SO_PROTOCOL);
    CONSTANT(SO_DOMAIN);
    CONSTANT(SO_INCOMING_CPU);
    CONSTANT(SO_BUSY_POLL);
    CONSTANT(SO_ZEROCOPY);
    CONSTANT(SO_PREFER_BUSY_POLL);
    CONSTANT(SO_BINDTODEVICE);
    CONSTANT(SO_MARK);
    CONSTANT(SO_PEERCRED);

    /* unix(7): control messages */
    CONSTANT(SCM_RIGHTS);

    /* tcp(7) */
    CONSTANT(TCP_NODELAY);
    CONSTANT(TCP_MAXSEG);
    CONSTANT(TCP_CORK);
    CONSTANT(TCP_KEEPIDLE);
    CONSTANT(TCP_KEEPINTVL);
    CONSTANT(TCP_KEEPCNT);
    CONSTANT(TCP_SYNCNT);
    CONSTANT(TCP_LINGER2);
    CONSTANT(TCP_DEFER_ACCEPT);
    CONSTANT(TCP_WINDOW_CLAMP);
    CONSTANT(TCP_INFO);
    CONSTANT(TCP_QUICKACK);
    CONSTANT(TCP_CONGESTION);
    CONSTANT(TCP_USER_TIMEOUT);
    CONSTANT(TCP_FASTOPEN);
    CONSTANT(TCP_NOTSENT_LOWAT);
    CONSTANT(TCP_FASTOPEN_CONNECT);

    /* tcp_info.tcpi_state */
    CONSTANT(TCP_ESTABLISHED);
    CONSTANT(TCP_SYN_SENT);
    CONSTANT(TCP_SYN_RECV);
    CONSTANT(TCP_FIN_WAIT1);
    CONSTANT(TCP_FIN_WAIT2);
    CONSTANT(TCP_TIME_WAIT);
    CONSTANT(TCP_CLOSE);
    CONSTANT(TCP_CLOSE_WAIT);
    CONSTANT(TCP_LAST_ACK);
    CONSTANT(TCP_LISTEN);
    CONSTANT(TCP_CLOSING);

    /* ip(7), ipv6(7), udp(7) */
    CONSTANT(IP_TOS);
    CONSTANT(IP_TTL);
    CONSTANT(IP_BIND_ADDRESS_NO_PORT);
    CONSTANT(IP_PKTINFO);
    CONSTANT(IP_RECVERR);
    CONSTANT(IPV6_UNICAST_HOPS);
    CONSTANT(IPV6_RECVERR);
    CONSTANT(IPV6_V6ONLY);
    CONSTANT(IPV6_RECVPKTINFO);
    CONSTANT(IPV6_TCLASS);
    CONSTANT(IP_MULTICAST_IF);
    CONSTANT(IP_MULTICAST_TTL);
    CONSTANT(IP_MULTICAST_LOOP);
    CONSTANT(IP_MTU_DISCOVER);
    CONSTANT(IP_PMTUDISC_DONT);
    CONSTANT(IP_PMTUDISC_DO);
    CONSTANT(IP_PMTUDISC_PROBE);
    CONSTANT(IP_RECVTTL);
    CONSTANT(IP_RECVTOS);
    CONSTANT(IP_MINTTL);
    CONSTANT(IP_FREEBIND);
    CONSTANT(IP_TRANSPARENT);
    CONSTANT(MCAST_JOIN_GROUP);
    CONSTANT(MCAST_LEAVE_GROUP);
    CONSTANT(MCAST_JOIN_SOURCE_GROUP);
    CONSTANT(MCAST_LEAVE_SOURCE_GROUP);
    CONSTANT(IPV6_MULTICAST_IF);
    CONSTANT(IPV6_MULTICAST_HOPS);
    CONSTANT(IPV6_MULTICAST_LOOP);
    CONSTANT(IPV6_MTU_DISCOVER);
    CONSTANT(IPV6_RECVHOPLIMIT);
    CONSTANT(IPV6_HOPLIMIT);
    CONSTANT(IPV6_RECVTCLASS);
    CONSTANT(IPV6_PKTINFO);
    CONSTANT(IPV6_TRANSPARENT);
    CONSTANT(IPV6_FREEBIND);
    CONSTANT(UDP_SEGMENT);
    CONSTANT(UDP_GRO);

    CONSTANT(SO_EE_ORIGIN_LOCAL);
    CONSTANT(SO_EE_ORIGIN_ICMP);
    CONSTANT(SO_EE_ORIGIN_ICMP6);

    /* fcntl(2) */
    CONSTANT(F_GETFD);
    CONSTANT(F_SETFD);
    CONSTANT(F_GETFL);
    CONSTANT(F_SETFL);
    CONSTANT(FD_CLOEXEC);
    CONSTANT(O_NONBLOCK);

    /* ioctl(2) */
    CONSTANT(FIONREAD);
    CONSTANT(SIOCINQ);
    CONSTANT(SIOCOUTQ);
    CONSTANT(SIOCOUTQNSD);

    /* if_indextoname(3) */
    CONSTANT(IF_NAMESIZE);
}
