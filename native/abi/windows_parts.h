/* The parts of the Windows probe, one a noun; each records its own. */
#ifndef SLUICE_ABI_WINDOWS_PARTS_H
#define SLUICE_ABI_WINDOWS_PARTS_H

#include "abi.h"

void abi_windows_addresses(void);
void abi_windows_options(void);
void abi_windows_completion(void);
void abi_windows_errors(void);
void abi_windows_status(void);

#endif
