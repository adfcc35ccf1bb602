/* Calls the kernels of a generated C file at random: sizes, strides, places, values, in place.

   One case is decoded from bytes, so that a random generator and libFuzzer drive the same code. Every operand
   lies directly before or after pages that must not be touched, or in a block of malloc's; inputs are read-only
   pages. After the call every entry of the result must have been written, and nothing between and around the
   entries. The table KERNELS is made from the signatures of the kernels: kernels_table.h. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define MEMORY_SANITIZER 1
#endif
#endif

enum { MOST = 8, RANK = 4, PAGE = 4096, ARENA = 64 << 20, AROUND = 512 };

typedef void loop_function(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data);
typedef void rows_function(ptrdiff_t rows, const ptrdiff_t *dims, void **operands);

struct kernel {
    const char *name;
    loop_function *loop;
    rows_function *rows;
    int inputs, outputs, dims;
    const char *kinds;                 /* f, d, q: float, double, int64; one an operand */
    signed char core[MOST][RANK + 1];  /* the core dimensions of every operand, then -1 */
    unsigned in_place;                 /* bit n: the first result may be written over input n */
};

#include "kernels_table.h"
enum { COUNT = sizeof KERNELS / sizeof KERNELS[0] };

struct operand {
    size_t item;
    int rank;                          /* of the core */
    ptrdiff_t size[RANK + 1];          /* outer, then core */
    ptrdiff_t stride[RANK + 1];        /* in bytes */
    ptrdiff_t low, high;               /* the bytes that belong to entries and what lies between: [low, high) */
    int alias;                         /* the input whose place this is, or -1 */
    char *base;                        /* the first byte of the extent */
    void *block;                       /* of malloc's */
    unsigned char *copy;               /* an input as it was */
};

static unsigned long long executions, per_kernel[COUNT], big_cases;
static char *arena[MOST];
static const uint8_t *bytes, *bytes_end;
static uint64_t state;
static int may_be_big;

/* --- decisions ------------------------------------------------------------------------------------ */

static unsigned byte(void) { return bytes < bytes_end ? *bytes++ : 0u; }
static unsigned below(unsigned n) { return (byte() | byte() << 8) % n; }

static uint64_t noise(void) { /* values need not come from the bytes: splitmix64 of a seed that does */
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static const ptrdiff_t SIZES[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63,
    64, 65, 67, 97, 127, 128, 129, 130, 191, 251, 255, 256, 257, 509, 511, 512, 513, 1000, 1023, 1024, 1025, 2047};

static ptrdiff_t pick_size(ptrdiff_t most) {
    ptrdiff_t n = byte() % 4 ? SIZES[byte() % (sizeof SIZES / sizeof SIZES[0])] : (ptrdiff_t)(byte() % 70);
    return n <= most ? n : n % (most + 1);
}

static double a_value(int mode) {
    static const double SPECIAL[] = {0.0, -0.0, 1.0, -1.0, 1e-40, -1e-310, 5e-324, 3.4e38, -3.4e38, 1.7e308, -1.7e308,
        88.7, -103.9, 709.7, -745.1, 1e17, -1e17, 1e30, -1e30, 0.5, 2.0, 1e-8, 16777216.0, 9007199254740992.0};
    const double unit = (double)(noise() >> 11) * 0x1p-53;
    switch (mode) {
    case 0: return unit * 8 - 4;
    case 1: return unit * 200 - 100;
    case 2: return 3.0;
    case 3: return unit;
    case 4: return (unit - 0.5) * 2e30;
    default: {
        const uint64_t which = noise() % 40;
        if (which < 24) return SPECIAL[which];
        if (which < 27) return which == 24 ? __builtin_nan("") : which == 25 ? __builtin_inf() : -__builtin_inf();
        return unit * 20 - 10;
    }
    }
}

static double narrowed(double x) { /* the conversion of a double out of range would be undefined */
    return x > 3.4028234663852886e38 && x < __builtin_inf() ? 3.4028234663852886e38
         : x < -3.4028234663852886e38 && x > -__builtin_inf() ? -3.4028234663852886e38 : x;
}

/* --- places --------------------------------------------------------------------------------------- */

static void fail(const char *what, const struct kernel *k, const struct operand *o, int n, ptrdiff_t rows) {
    fprintf(stderr, "FAILED: %s: %s, operand %d, rows %td\n", k->name, what, n, rows);
    for (int m = 0; m < k->inputs + k->outputs; ++m) {
        fprintf(stderr, "  operand %d (alias %d):", m, o[m].alias);
        for (int a = 0; a <= o[m].rank; ++a) fprintf(stderr, " %td by %td", o[m].size[a], o[m].stride[a]);
        fprintf(stderr, "\n");
    }
    abort();
}

static void lay_out(struct operand *o, int input, int contiguous) {
    int order[RANK + 1], axes = o->rank + 1;
    for (int a = 0; a < axes; ++a) order[a] = axes - 1 - a; /* the last axis fastest */
    if (!contiguous && byte() % 2)
        for (int a = axes - 1; a > 0; --a) {
            const int b = (int)(byte() % (unsigned)(a + 1)), t = order[a];
            order[a] = order[b];
            order[b] = t;
        }
    ptrdiff_t step = (ptrdiff_t)o->item;
    o->low = o->high = 0;
    int empty = 0;
    for (int a = 0; a < axes; ++a) {
        const int axis = order[a];
        const unsigned how = contiguous ? 0 : byte();
        if (how % 8 == 5) step *= 2;
        if (how % 8 == 6) step += (ptrdiff_t)o->item;
        o->stride[axis] = how % 8 >= 7 ? -step : step;
        if (input && (how >> 3) % 16 == 9) {
            o->stride[axis] = 0;
        } else {
            step *= o->size[axis] > 0 ? o->size[axis] : 1;
        }
        if (how % 8 == 4) o->stride[axis] = -o->stride[axis];
        if (o->size[axis] == 0) empty = 1;
        const ptrdiff_t reach = o->stride[axis] * (o->size[axis] - 1);
        if (o->size[axis] > 0) *(reach < 0 ? &o->low : &o->high) += reach;
    }
    if (empty) o->low = o->high = 0;
    else o->high += (ptrdiff_t)o->item;
}

static char *place(struct operand *o, int slot, unsigned mode) {
    const size_t length = (size_t)(o->high - o->low);
    if (mode == 2 || length > ARENA - 2 * AROUND) {
        o->block = malloc(length);
        return o->base = o->block;
    }
    if (!arena[slot]) {
        char *whole = mmap(NULL, ARENA + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (whole == MAP_FAILED || mprotect(whole + PAGE, ARENA, PROT_READ | PROT_WRITE)) abort();
        arena[slot] = whole + PAGE;
    }
    o->base = mode == 0 ? arena[slot] + ARENA - length : arena[slot];
    memset(mode == 0 ? o->base - AROUND : o->base + length, 0xA5, AROUND); /* the side without a guard page */
    return o->base;
}

static void protect(const struct operand *o, int slot, int how) {
    if (o->block || o->high == o->low) return;
    char *first = arena[slot] + (o->base - arena[slot]) / PAGE * PAGE;
    const size_t length = (size_t)(o->base + (o->high - o->low) - first);
    if (mprotect(first, (length + PAGE - 1) / PAGE * PAGE, how)) abort();
}

/* Calls `each` with the address of every entry. */
static void entries(const struct operand *o, void (*each)(char *, size_t, void *), void *with) {
    ptrdiff_t at[RANK + 1] = {0};
    for (int a = 0; a <= o->rank; ++a)
        if (o->size[a] == 0) return;
    for (;;) {
        ptrdiff_t offset = -o->low;
        for (int a = 0; a <= o->rank; ++a) offset += at[a] * o->stride[a];
        each(o->base + offset, o->item, with);
        int a = o->rank;
        while (a >= 0 && ++at[a] == o->size[a]) at[a--] = 0;
        if (a < 0) return;
    }
}

struct filling { char kind; int mode; ptrdiff_t labels; };

static void fill(char *p, size_t item, void *with) {
    const struct filling *f = with;
    (void)item;
    if (f->kind == 'f') { const float x = (float)narrowed(a_value(f->mode)); memcpy(p, &x, 4); }
    else if (f->kind == 'd') { const double x = a_value(f->mode); memcpy(p, &x, 8); }
    else { /* a label: mostly in range, else anything */
        int64_t k = (int64_t)(noise() % (uint64_t)(f->labels > 0 ? f->labels : 1));
        if (noise() % 8 == 0) k = noise() % 2 ? (int64_t)noise() : (noise() % 2 ? -1 : f->labels);
        memcpy(p, &k, 8);
    }
}

/* A NaN that no kernel makes: result entries that still have it were not written. */
static const uint32_t CANARY = 0xFFA5A5A5u;
static int untouched(const char *p, size_t item) {
    uint32_t word;
    for (size_t n = 0; n < item; n += 4) {
        memcpy(&word, p + n, 4);
        if (word != CANARY) return 0;
    }
    return 1;
}
static void set_canary(char *p, size_t length) {
    for (size_t n = 0; n + 4 <= length; n += 4) memcpy(p + n, &CANARY, 4);
}

struct looking { const char *base; unsigned char *mark; int missed; };
static void look(char *p, size_t item, void *with) {
    struct looking *l = with;
#ifdef MEMORY_SANITIZER
    __msan_check_mem_is_initialized(p, item);
#endif
    if (untouched(p, item)) l->missed = 1;
    l->mark[(size_t)(p - l->base) / 4] = 1;
    if (item == 8) l->mark[(size_t)(p - l->base) / 4 + 1] = 1;
}

static void check_result(const struct kernel *k, const struct operand *o, int n, ptrdiff_t rows) {
    const struct operand *r = &o[n];
    const size_t length = (size_t)(r->high - r->low);
    unsigned char *mark = calloc(length / 4 + 1, 1);
    struct looking l = {r->base, mark, 0};
    entries(r, look, &l);
    if (l.missed) fail("an entry of the result was not written", k, o, n, rows);
    for (size_t m = 0; m < length / 4; ++m)
        if (!mark[m] && r->alias < 0 && !untouched(r->base + 4 * m, 4)) fail("written between entries", k, o, n, rows);
    free(mark);
    if (!r->block) {
        const int slot = r->alias < 0 ? n : r->alias;
        const char *side = r->base == arena[slot] ? r->base + length : r->base - AROUND;
        for (int m = 0; m < AROUND; ++m)
            if ((unsigned char)side[m] != 0xA5u) fail("written beside the result", k, o, n, rows);
    }
}

/* --- one case ------------------------------------------------------------------------------------- */

static void one(const uint8_t *data, size_t size) {
    bytes = data;
    bytes_end = data + size;
    const int number = (int)(below(COUNT));
    const struct kernel *k = &KERNELS[number];
    const int operands = k->inputs + k->outputs;
    struct operand o[MOST];
    memset(o, 0, sizeof o);
    state = (uint64_t)byte() << 8 | byte();
    const int contiguous = byte() % 3 == 0; /* then the entry point on rows is called */
    unsigned mode = byte() % 3;
    const int values = (int)(byte() % 6);
    int deepest = 0;
    for (int n = 0; n < operands; ++n) {
        while (k->core[n][o[n].rank] >= 0) ++o[n].rank;
        if (o[n].rank > deepest) deepest = o[n].rank;
    }
    ptrdiff_t dims[RANK + 2];
    const int big = may_be_big && byte() == 77 && byte() % 4 == 0;
    ptrdiff_t room = big ? 3 << 20 : byte() % 8 ? 1 << 11 : 1 << 14, most = room;
    if (big && k->dims > 2) room >>= 5; /* loops in loops */
    if (deepest > 1) most = big ? (k->dims > 2 ? 300 : 1400) : 70;
    for (int d = 0; d < k->dims; ++d) dims[1 + d] = big ? most - (ptrdiff_t)(byte() % 33) : pick_size(most);
    if (big && k->dims > 1) for (int d = 1; d < k->dims; ++d) dims[1 + d] = dims[1 + d] % 70;
    ptrdiff_t entries_of_one = 1;
    for (int n = 0; n < operands; ++n) {
        ptrdiff_t product = 1;
        for (int a = 0; a < o[n].rank; ++a) product *= dims[1 + k->core[n][a]];
        if (product > entries_of_one) entries_of_one = product;
    }
    dims[0] = big ? room / entries_of_one : pick_size(room / entries_of_one);
    big_cases += (unsigned)big;

    const int over = byte() % 3 ? -1 : (int)(byte() % (unsigned)k->inputs); /* in place? */
    for (int n = 0; n < operands; ++n) {
        o[n].item = k->kinds[n] == 'f' ? 4 : 8;
        o[n].size[0] = dims[0];
        for (int a = 0; a < o[n].rank; ++a) o[n].size[1 + a] = dims[1 + k->core[n][a]];
        o[n].alias = -1;
        lay_out(&o[n], n < k->inputs && n != over, contiguous);
    }
    if (over >= 0 && k->in_place >> over & 1u) {
        struct operand *result = &o[k->inputs];
        memcpy(result->stride, o[over].stride, sizeof result->stride);
        result->low = o[over].low;
        result->high = o[over].high;
        result->alias = over;
    }
    char *args[MOST];
    for (int n = 0; n < operands; ++n) {
        const int at = o[n].alias;
        if (at >= 0) {
            o[n].base = o[at].base;
            o[n].block = o[at].block;
        } else {
            place(&o[n], n, mode);
            const size_t length = (size_t)(o[n].high - o[n].low);
#ifndef MEMORY_SANITIZER
            set_canary(o[n].base, length);
#else
            if (n >= k->inputs) set_canary(o[n].base, length);
#endif
            if (n < k->inputs) {
                struct filling f = {k->kinds[n], values, k->dims ? dims[1] : 0};
                entries(&o[n], fill, &f);
                const int written = over == n && k->in_place >> n & 1u;
#ifndef MEMORY_SANITIZER /* which wants what lies between the entries left alone */
                if (!written && o[n].block) {
                    o[n].copy = malloc(length + 1);
                    memcpy(o[n].copy, o[n].base, length);
                }
#endif
                if (!written) protect(&o[n], n, PROT_READ);
            }
        }
        args[n] = o[n].base - o[n].low;
    }
    if (contiguous) {
        void *pointers[MOST];
        for (int n = 0; n < operands; ++n) pointers[n] = args[n];
        k->rows(dims[0], dims + 1, pointers);
    } else {
        ptrdiff_t steps[MOST * (RANK + 1)];
        int s = 0;
        for (int n = 0; n < operands; ++n) steps[s++] = o[n].stride[0];
        for (int n = 0; n < operands; ++n)
            for (int a = 0; a < o[n].rank; ++a) steps[s++] = o[n].stride[1 + a];
        char *moving[MOST];
        memcpy(moving, args, sizeof args);
        k->loop(moving, dims, steps, NULL);
    }
    for (int n = k->inputs; n < operands; ++n) check_result(k, o, n, dims[0]);
    for (int n = 0; n < operands; ++n) {
        const size_t length = (size_t)(o[n].high - o[n].low);
        if (o[n].copy && memcmp(o[n].copy, o[n].base, length)) fail("an input was changed", k, o, n, dims[0]);
        free(o[n].copy);
        if (o[n].alias >= 0) continue;
        protect(&o[n], n, PROT_READ | PROT_WRITE);
        if (!o[n].block && length > 1 << 22 && madvise(arena[n], ARENA, MADV_DONTNEED)) abort();
        free(o[n].block);
    }
    ++executions;
    ++per_kernel[number];
}

/* --- more than 2^31 entries ------------------------------------------------------------------------ */

/* An array of so many bytes, with a page behind it that must not be touched. The first part and the last are
   pages of their own; all between is the same 64 MiB again and again, so that it fits into any machine. */
static char *endless(size_t length, int fill_kind, ptrdiff_t labels) {
    const size_t part = ARENA, whole = (length + PAGE - 1) / PAGE * PAGE;
    char *base = mmap(NULL, whole + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    const int file = memfd_create("part", 0);
    if (base == MAP_FAILED || file < 0 || ftruncate(file, (off_t)part)) abort();
    for (size_t at = 0; at < whole; at += part) {
        const size_t size = whole - at < part ? whole - at : part;
        const int own = at == 0 || at + 2 * part > whole; /* the last two: the last one may be short */
        const int flags = MAP_FIXED | (own ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
        if (mmap(base + at, size, PROT_READ | PROT_WRITE, flags, own ? -1 : file, 0) == MAP_FAILED) abort();
        if (own || at == part) { /* the shared part is filled once */
            struct filling f = {(char)fill_kind, 0, labels};
            if (fill_kind) for (size_t n = 0; n < size; n += fill_kind == 'f' ? 4 : 8) fill(base + at + n, 4, &f);
            else set_canary(base + at, size);
        }
    }
    close(file);
    return base + whole - length; /* ends at the page that must not be touched */
}

static void large(const struct kernel *k, ptrdiff_t rows, ptrdiff_t size) {
    ptrdiff_t dims[RANK + 2] = {rows, size, size, size, size, size}, steps[MOST * (RANK + 1)];
    char *args[MOST];
    void *pointers[MOST];
    size_t lengths[MOST];
    int s = k->inputs + k->outputs;
    for (int n = 0; n < k->inputs + k->outputs; ++n) {
        const ptrdiff_t item = k->kinds[n] == 'f' ? 4 : 8;
        ptrdiff_t count = rows, step = item;
        int rank = 0;
        while (k->core[n][rank] >= 0) ++rank;
        for (int a = rank - 1; a >= 0; --a) {
            steps[s + a] = step;
            step *= size;
            count *= size;
        }
        s += rank;
        steps[n] = step;
        lengths[n] = (size_t)(count * item);
        pointers[n] = args[n] = endless(lengths[n], n < k->inputs ? k->kinds[n] : 0, size);
    }
    k->rows(rows, dims + 1, pointers);
    for (int pass = 0; pass < 2; ++pass) {
        for (int n = k->inputs; n < k->inputs + k->outputs; ++n) {
            const size_t item = k->kinds[n] == 'f' ? 4 : 8;
            char *first = pointers[n], *last = first + lengths[n] - item;
            if (untouched(first, item) || untouched(last, item)) {
                fprintf(stderr, "FAILED: %s: rows %td, size %td: the first or last entry was not written\n", k->name, rows, size);
                abort();
            }
            set_canary(first, item);
            set_canary(last, item);
        }
        if (pass == 0) k->loop(args, dims, steps, NULL);
    }
    for (int n = 0; n < k->inputs + k->outputs; ++n) {
        char *first = (char *)((uintptr_t)pointers[n] / PAGE * PAGE);
        munmap(first, (size_t)((char *)pointers[n] + lengths[n] - first) + PAGE);
    }
    executions += 2;
}

static void large_all(void) {
    for (int number = 0; number < COUNT; ++number) {
        const struct kernel *k = &KERNELS[number];
        int deepest = 0, singles = 1;
        for (int n = 0; n < k->inputs + k->outputs; ++n) {
            int rank = 0;
            while (k->core[n][rank] >= 0) ++rank;
            if (rank > deepest) deepest = rank;
            singles &= k->kinds[n] != 'd';
        }
        if (!singles) continue; /* doubles take the same paths */
        if (k->dims == 0) large(k, ((ptrdiff_t)1 << 31) + 17, 1);
        else if (deepest == 1 && k->dims == 1) large(k, 1, ((ptrdiff_t)1 << 31) + 17);
        else if (deepest == 2 && k->dims == 1) large(k, 1, 46349);
        if (k->dims > 0) {
            ptrdiff_t one_row = 1, size = deepest == 1 ? 17 : 5;
            for (int a = 0; a < deepest; ++a) one_row *= size;
            large(k, ((ptrdiff_t)1 << 31) / one_row + 3, size);
        }
        per_kernel[number] = 1;
    }
}

#ifdef LIBFUZZER
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    one(data, size);
    return 0;
}
#else
/* driver SECONDS SEED MOST BIG, or: driver large */
int main(int count, char **words) {
    if (count == 2 && !strcmp(words[1], "large")) {
        large_all();
        printf("executions %llu kernels %d least 0 big %llu\n", executions, (int)COUNT, executions);
        return 0;
    }
    const double seconds = count > 1 ? atof(words[1]) : 1.0;
    const unsigned long long most = count > 3 ? strtoull(words[3], NULL, 10) : ~0ull;
    may_be_big = count > 4 && atoi(words[4]);
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    uint64_t seed = (count > 2 ? strtoull(words[2], NULL, 10) : 1) * 0x2545F4914F6CDD1Du;
    uint8_t data[160];
    double elapsed;
    do {
        state = seed++;
        for (size_t n = 0; n < sizeof data; n += 8) {
            const uint64_t word = noise();
            memcpy(data + n, &word, 8);
        }
        one(data, sizeof data);
        clock_gettime(CLOCK_MONOTONIC, &now);
        elapsed = (double)(now.tv_sec - start.tv_sec) + 1e-9 * (double)(now.tv_nsec - start.tv_nsec);
        /* on a busy machine, or under valgrind, a few more seconds for a few calls of everything */
    } while (executions < most && (elapsed < seconds || (executions < 40 * COUNT && elapsed < 8 * seconds)));
    unsigned long long least = ~0ull;
    for (int n = 0; n < COUNT; ++n) least = per_kernel[n] < least ? per_kernel[n] : least;
    printf("executions %llu kernels %d least %llu big %llu\n", executions, (int)COUNT, least, big_cases);
    return 0;
}
#endif
