#include "abi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_STRUCTS = 64, MAX_FIELDS = 64, MAX_CONSTANTS = 1024, MAX_TEXTS = 32, TEXT_SIZE = 64 };

struct field {
    const char *name;
    size_t offset;
};

struct type {
    const char *name;
    size_t size;
    struct field fields[MAX_FIELDS];
    int field_count;
};

struct constant {
    const char *name;
    long long value;
};

struct text {
    const char *name;
    char value[TEXT_SIZE];
};

static struct type types[MAX_STRUCTS];
static int type_count;
static struct constant constants[MAX_CONSTANTS];
static int constant_count;
static struct text texts[MAX_TEXTS];
static int text_count;

static void require(int condition, const char *what, const char *name)
{
    if (!condition) {
        fprintf(stderr, "abi: %s: %s\n", what, name);
        exit(EXIT_FAILURE);
    }
}

void abi_struct(const char *type, size_t size)
{
    require(type_count < MAX_STRUCTS, "no room for the structure", type);
    for (int i = 0; i < type_count; i++) {
        require(strcmp(types[i].name, type) != 0, "recorded twice", type);
    }
    types[type_count].name = type;
    types[type_count].size = size;
    type_count++;
}

void abi_field(const char *type, const char *field, size_t offset)
{
    require(type_count > 0, "a field without its structure", field);
    struct type *last = &types[type_count - 1];
    require(strcmp(last->name, type) == 0, "a field of another structure", field);
    require(last->field_count < MAX_FIELDS, "no room for the field", field);
    for (int i = 0; i < last->field_count; i++) {
        require(strcmp(last->fields[i].name, field) != 0, "recorded twice", field);
    }
    last->fields[last->field_count].name = field;
    last->fields[last->field_count].offset = offset;
    last->field_count++;
}

void abi_constant(const char *name, long long value)
{
    require(constant_count < MAX_CONSTANTS, "no room for the constant", name);
    for (int i = 0; i < constant_count; i++) {
        require(strcmp(constants[i].name, name) != 0, "recorded twice", name);
    }
    constants[constant_count].name = name;
    constants[constant_count].value = value;
    constant_count++;
}

void abi_text(const char *name, const char *value)
{
    require(text_count < MAX_TEXTS && strlen(value) < TEXT_SIZE, "no room for the text", name);
    texts[text_count].name = name;
    strcpy(texts[text_count].value, value);
    text_count++;
}

static const char *comma(int index, int count)
{
    return index + 1 < count ? "," : "";
}

static void print_type(const struct type *type, const char *end)
{
    printf("    \"%s\": {\n      \"size\": %lu,\n      \"fields\": {\n", type->name,
           (unsigned long)type->size);
    for (int i = 0; i < type->field_count; i++) {
        printf("        \"%s\": %lu%s\n", type->fields[i].name,
               (unsigned long)type->fields[i].offset, comma(i, type->field_count));
    }
    printf("      }\n    }%s\n", end);
}

int abi_print(const char *platform)
{
    printf("{\n  \"platform\": \"%s\",\n  \"structs\": {\n", platform);
    for (int i = 0; i < type_count; i++) {
        print_type(&types[i], comma(i, type_count));
    }
    printf("  },\n  \"constants\": {\n");
    for (int i = 0; i < constant_count; i++) {
        printf("    \"%s\": %lld%s\n", constants[i].name, constants[i].value,
               comma(i, constant_count));
    }
    printf("  },\n  \"texts\": {\n");
    for (int i = 0; i < text_count; i++) {
        printf("    \"%s\": \"%s\"%s\n", texts[i].name, texts[i].value, comma(i, text_count));
    }
    printf("  }\n}\n");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
