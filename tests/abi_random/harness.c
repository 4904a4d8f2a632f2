// Gives every leaf of every value bytes that follow from its place, and looks for them where the value has arrived.
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// What a leaf is, if its kind is not a number of values.
enum { OTHER = 0, FLOAT = -1, SIGNED = -2 };

// Where the process is that runs a pair of sides, kept where its parent sees it.
static volatile struct { int function; } *progress;
static const char *caller, *callee;
static unsigned checks;

static void byte_pattern(unsigned function, unsigned slot, unsigned number, struct leaf leaf, unsigned char *bytes) {
    uint64_t state = function * 0x9e3779b97f4a7c15u + slot * 0xbf58476d1ce4e5b9u + number * 0x94d049bb133111ebu + 1;
    for (unsigned at = 0; at < leaf.size; at++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[at] = (unsigned char)(state >> 24);
    }
    if (leaf.kind > 0) {
        // One of so many values, numbered from 0: an enumeration, a bool.
        unsigned char value = bytes[0] % leaf.kind;
        memset(bytes, 0, leaf.size);
        bytes[0] = value;
    } else if (leaf.kind == FLOAT) {
        // A float without its highest bit of the exponent is finite, so that no conversion changes it.
        bytes[leaf.size - 1] &= 0xbf;
    }
}

static void complain(unsigned function, unsigned slot, const char *what) {
    printf("wrong %s %s %u: %s %u: %s\n", caller, callee, function, slot ? "argument" : "result", slot, what);
    fflush(stdout);
}

void abi_fill(unsigned function, unsigned slot, void *value) {
    const struct value *kind = &functions[function].values[slot];
    // Padding must not matter.
    memset(value, 0xa5, kind->size);
    for (unsigned number = 0; number < kind->count; number++) {
        struct leaf leaf = kind->leaves[number];
        byte_pattern(function, slot, number, leaf, (unsigned char *)value + leaf.offset);
    }
}

void abi_check(unsigned function, unsigned slot, const void *value) {
    const struct value *kind = &functions[function].values[slot];
    checks++;
    for (unsigned number = 0; number < kind->count; number++) {
        struct leaf leaf = kind->leaves[number];
        unsigned char expected[16];
        byte_pattern(function, slot, number, leaf, expected);
        const unsigned char *found = (const unsigned char *)value + leaf.offset;
        if (memcmp(found, expected, leaf.size) != 0) {
            char text[128];
            int length = snprintf(text, sizeof text, "bytes from %u are", leaf.offset);
            for (unsigned at = 0; at < leaf.size; at++)
                length += snprintf(text + length, sizeof text - length, " %02x", found[at]);
            complain(function, slot, text);
        }
    }
}

void abi_wide(unsigned function, unsigned slot, long long value) {
    struct leaf leaf = functions[function].values[slot].leaves[0];
    unsigned char expected[16];
    byte_pattern(function, slot, 0, leaf, expected);
    unsigned char found[sizeof value];
    memcpy(found, &value, sizeof value);
    // All targets are little-endian.
    unsigned char beyond = leaf.kind == SIGNED && (expected[leaf.size - 1] & 0x80) ? 0xff : 0;
    for (unsigned at = leaf.size; at < sizeof value; at++)
        if (found[at] != beyond) {
            complain(function, slot, "wrongly extended");
            return;
        }
    if (memcmp(found, expected, leaf.size) != 0)
        complain(function, slot, "wrong when extended");
}

static void run(int from_side, int to_side, int start) {
    caller = sides[from_side];
    callee = sides[to_side];
    for (int function = start; function < FUNCTIONS; function++) {
        code call = callers[from_side][function], called = callees[to_side][function];
        if (!functions[function].values || !call || !called)
            continue;
        progress->function = function;
        checks = 0;
        ((void (*)(void *))call)((void *)called);
        if (checks != functions[function].checks)
            complain(function, 0, "not everything was looked at");
    }
}

int main(void) {
    progress = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int from_side = 0; from_side < SIDES; from_side++)
        for (int to_side = 0; to_side < SIDES; to_side++) {
            // A function that crashes is one wrong function; those after it still run.
            for (int start = 0; start < FUNCTIONS; start = progress->function + 1) {
                fflush(stdout);
                progress->function = FUNCTIONS;
                pid_t child = fork();
                if (child == 0) {
                    run(from_side, to_side, start);
                    _exit(0);
                }
                int status = 0;
                waitpid(child, &status, 0);
                if (status == 0)
                    break;
                printf("wrong %s %s %d: ended with %d\n", sides[from_side], sides[to_side], progress->function, status);
            }
        }
    printf("done\n");
    return 0;
}
