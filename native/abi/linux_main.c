/* Prints the layouts and constants of Linux that the Java bindings rely on. */
#include "linux_parts.h"

#if defined(__x86_64__)
#define PLATFORM "linux-x86_64"
#elif defined(__AARCH64EL__)
#define PLATFORM "linux-aarch64"
#else
#error "Sluice has bindings for Linux on x86-64 and little-endian aarch64 only"
#endif

int main(void)
{
    abi_linux_errno();
    abi_linux_epoll();
    abi_linux_sockets();
    abi_linux_tcp_info();
    abi_linux_system();
    abi_linux_uring();
    return abi_print(PLATFORM);
}
