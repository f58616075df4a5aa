/* The parts of the Linux probe, one a noun; each records its own. */
#ifndef SLUICE_ABI_LINUX_PARTS_H
#define SLUICE_ABI_LINUX_PARTS_H

#include "abi.h"

void abi_linux_errno(void);
void abi_linux_epoll(void);
void abi_linux_sockets(void);
void abi_linux_system(void);
void abi_linux_tcp_info(void);
void abi_linux_uring(void);

#endif
