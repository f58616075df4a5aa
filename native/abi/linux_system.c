/* Memory maps, files, limits, names, time. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "linux_parts.h"

void abi_linux_system(void)
{
    STRUCT(struct timespec);
    FIELD(struct timespec, tv_sec);
    FIELD(struct timespec, tv_nsec);

    STRUCT(struct rlimit);
    FIELD(struct rlimit, rlim_cur);
    FIELD(struct rlimit, rlim_max);

    STRUCT(struct utsname);
    FIELD(struct utsname, sysname);
    FIELD(struct utsname, nodename);
    FIELD(struct utsname, release);
    FIELD(struct utsname, version);
    FIELD(struct utsname, machine);

    /* mmap(2) */
    CONSTANT(PROT_READ);
    CONSTANT(PROT_WRITE);
    CONSTANT(MAP_SHARED);
    CONSTANT(MAP_PRIVATE);
    CONSTANT(MAP_ANONYMOUS);
    CONSTANT(MAP_POPULATE);

    /* mmap(2): the failed result */
    CONSTANT(MAP_FAILED);

    /* open(2) */
    CONSTANT(O_RDONLY);
    CONSTANT(O_NOCTTY);
    CONSTANT(O_CLOEXEC);

    /* lseek(2) */
    CONSTANT(SEEK_SET);
    CONSTANT(SEEK_END);

    /* getrlimit(2) */
    CONSTANT(RLIMIT_NOFILE);
    CONSTANT(RLIMIT_MEMLOCK);

    /* getrlimit(2): no limit */
    CONSTANT(RLIM_INFINITY);
}
