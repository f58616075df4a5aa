/*
 * Collects sizes, offsets and constants as the C compiler sees them, and prints them as JSON.
 *
 * The output is recorded for each platform in the tests of the Java library, where it proves the
 * layouts and constants of the bindings. It depends on the platform alone: never on the machine,
 * the C library's version or the time.
 *
 * One thread. Names must outlive the program (string literals). Anything recorded twice ends the
 * process, as does running out of room.
 */
#ifndef SLUICE_ABI_H
#define SLUICE_ABI_H

#include <stddef.h>

#define STRUCT(type) abi_struct(#type, sizeof(type))

/* Belongs to the STRUCT before it; the type is named again to keep each line readable by itself. */
#define FIELD(type, field) abi_field(#type, #field, offsetof(type, field))

#define CONSTANT(name) abi_constant(#name, (long long)(name))

void abi_struct(const char *type, size_t size);
void abi_field(const char *type, const char *field, size_t offset);
void abi_constant(const char *name, long long value);

/* A constant that is no number; `value` is copied. */
void abi_text(const char *name, const char *value);

/* Prints everything to standard output; returns the exit status of the process. */
int abi_print(const char *platform);

#endif
