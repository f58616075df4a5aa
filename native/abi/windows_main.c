/* Prints the layouts and constants of Windows that the Java bindings rely on. */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>

#include "windows_parts.h"

#ifndef _WIN64
#error "Sluice has bindings for 64-bit Windows only"
#endif

int main(void)
{
    /* The recorded file has the same line ends on every system. */
    _setmode(_fileno(stdout), _O_BINARY);
    abi_windows_addresses();
    abi_windows_options();
    abi_windows_completion();
    abi_windows_errors();
    abi_windows_status();
    return abi_print("windows-x86_64");
}
