/* epoll, poll and eventfd. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include "linux_parts.h"

void abi_linux_epoll(void)
{
    STRUCT(struct epoll_event);
    FIELD(struct epoll_event, events);
    FIELD(struct epoll_event, data);

    STRUCT(struct pollfd);
    FIELD(struct pollfd, fd);
    FIELD(struct pollfd, events);
    FIELD(struct pollfd, revents);

    /* epoll_create1(2) */
    CONSTANT(EPOLL_CLOEXEC);

    /* epoll_ctl(2) */
    CONSTANT(EPOLL_CTL_ADD);
    CONSTANT(EPOLL_CTL_DEL);
    CONSTANT(EPOLL_CTL_MOD);

    /* epoll_event.events */
    CONSTANT(EPOLLIN);
    CONSTANT(EPOLLPRI);
    CONSTANT(EPOLLOUT);
    CONSTANT(EPOLLERR);
    CONSTANT(EPOLLHUP);
    CONSTANT(EPOLLRDNORM);
    CONSTANT(EPOLLRDBAND);
    CONSTANT(EPOLLWRNORM);
    CONSTANT(EPOLLWRBAND);
    CONSTANT(EPOLLMSG);
    CONSTANT(EPOLLRDHUP);
    CONSTANT(EPOLLEXCLUSIVE);
    CONSTANT(EPOLLWAKEUP);
    CONSTANT(EPOLLONESHOT);
    CONSTANT(EPOLLET);

    /* pollfd.events */
    CONSTANT(POLLIN);
    CONSTANT(POLLPRI);
    CONSTANT(POLLOUT);
    CONSTANT(POLLERR);
    CONSTANT(POLLHUP);
    CONSTANT(POLLNVAL);
    CONSTANT(POLLRDHUP);

    /* eventfd(2) */
    CONSTANT(EFD_CLOEXEC);
    CONSTANT(EFD_NONBLOCK);
    CONSTANT(EFD_SEMAPHORE);

    /* system call numbers of asm-generic and x86-64, equal since Linux 5.1 */
    CONSTANT(SYS_epoll_pwait2);
}
