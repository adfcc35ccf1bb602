/* A short way from Python to the loops of a gufunc: for small contiguous arrays of one of its types, NumPy's own
   way of preparing a call takes several times as long as the loop. Whatever is not as simple as that goes NumPy's way.
   Written without Python.h: `direct.py` looks whether objects are laid out as said here, and gives the functions. */

#include <stddef.h>

typedef struct {
    ptrdiff_t count;
    const void *type;
} head;

typedef struct { /* PyArray_Descr, as far as all versions of NumPy agree */
    head base;
    const void *of;
    char kind, letter, order, unused;
    int number;
} descr;

typedef struct { /* PyArrayObject_fields */
    head base;
    char *data;
    int nd;
    const ptrdiff_t *dims, *strides;
    const void *owner;
    const descr *type;
    int flags;
} array;

typedef struct { /* PyTupleObject: what it holds lies where its type says that it ends */
    head base;
    ptrdiff_t size;
} tuple;

typedef void loop(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data);

typedef struct { /* PyUFuncObject */
    head base;
    int nin, nout, nargs, identity;
    loop **functions;
    void **data;
    int ntypes, unused;
    const char *name, *types, *doc;
    const void *ptr, *obj, *userloops;
    int core, letters; /* whether there are core dimensions, and how many different ones */
    const int *dims, *letter, *first; /* of each operand: how many, which, and where those begin */
} ufunc;

typedef const void *call(const void *self, const void *const *args, size_t count, const void *names);
typedef const void *make(const void *type, int nd, const ptrdiff_t *dims, int number, const ptrdiff_t *strides,
                         void *data, int size, int flags, const void *obj);

static const void *array_type, *tuple_type, *out_name;
static size_t tuple_end;
static call *numpy;
static make *new_array;
static const void *(*pack)(ptrdiff_t n, ...);
static void (*keep)(const void *object);
static void (*drop)(const void *object);

enum { MOST = 8, AXES = 8, ENTRIES = 8192, CONTIGUOUS = 1, ALIGNED = 0x100, WRITEABLE = 0x400, FLOAT = 11 };

void sd_direct_given(const void *, const void *, size_t, const void *, call *, make *, const void *(*)(ptrdiff_t, ...),
                     void (*)(const void *), void (*)(const void *));
void sd_direct_given(const void *arrays, const void *tuples, size_t end, const void *out, call *old, make *new_,
                     const void *(*packs)(ptrdiff_t, ...), void (*keeps)(const void *), void (*drops)(const void *)) {
    array_type = arrays, tuple_type = tuples, tuple_end = end, out_name = out;
    numpy = old, new_array = new_, pack = packs, keep = keeps, drop = drops;
}

static const void *item(const tuple *t, int n) {
    return *(const void *const *)(const void *)((const char *)t + tuple_end + (size_t)n * sizeof(void *));
}

/* How many entries, 0 if they are too many. */
static ptrdiff_t entries(const array *a) {
    ptrdiff_t n = 1;
    for (int k = 0; k < a->nd; ++k) {
        if (a->dims[k] <= 0 || a->dims[k] > ENTRIES) return 0;
        n *= a->dims[k];
        if (n > ENTRIES) return 0;
    }
    return n;
}

/* An array as the loops want it. */
static int plain(const array *a) {
    const int flags = CONTIGUOUS | ALIGNED;
    return a->base.type == array_type && (a->flags & flags) == flags && a->nd <= AXES && a->type->order == '=';
}

static int apart(const array *a, const array *b, ptrdiff_t a_bytes, ptrdiff_t b_bytes) {
    return (size_t)a->data + (size_t)a_bytes <= (size_t)b->data || (size_t)b->data + (size_t)b_bytes <= (size_t)a->data;
}

/* Whether the call is so simple, and then what it gives, 0 if it raises; else nothing has been done. */
static int direct(const ufunc *f, const void *const *given, size_t count, const void *names, const void **result) {
    const array *operand[MOST];
    ptrdiff_t size[AXES] = {0}, bytes[MOST], dims[1 + AXES], steps[MOST + MOST * AXES];
    const ptrdiff_t *batch = 0;
    int batches = 0, which = -1, core = f->nargs;
    if (count != (size_t)f->nin || f->nargs > MOST || f->nin < 1 || f->nout > 2 || f->letters > AXES || !f->core) return 0;
    for (int n = 0; n < f->nin; ++n) operand[n] = given[n];
    for (int n = f->nin; n < f->nargs; ++n) operand[n] = 0;
    if (names) { /* out=array, or a tuple of them */
        const tuple *t = names;
        if (t->size != 1 || item(t, 0) != out_name) return 0;
        const tuple *out = given[count];
        if (out->base.type == tuple_type) {
            if (out->size != f->nout) return 0;
            for (int n = 0; n < f->nout; ++n) operand[f->nin + n] = item(out, n);
        } else if (f->nout == 1)
            operand[f->nin] = given[count];
        else
            return 0;
    }
    for (int n = 0; n < f->nin; ++n)
        if (!plain(operand[n])) return 0;
    for (int t = 0; t < f->ntypes && which < 0; ++t) {
        int fits = 1;
        for (int n = 0; n < f->nin; ++n) fits &= operand[n]->type->number == f->types[t * f->nargs + n];
        which = fits ? t : -1;
    }
    if (which < 0) return 0;
    const char *types = f->types + which * f->nargs;
    for (int n = 0; n < f->nin; ++n) { /* sizes that agree, and nothing to broadcast */
        const array *a = operand[n];
        const int own = a->nd - f->dims[n];
        if (own < 0 || (n && own != batches) || !entries(a)) return 0;
        batches = own;
        batch = n ? batch : a->dims;
        for (int k = 0; k < own; ++k)
            if (a->dims[k] != batch[k]) return 0;
        for (int k = 0; k < f->dims[n]; ++k) {
            ptrdiff_t *s = &size[f->letter[f->first[n] + k]];
            if (*s && *s != a->dims[own + k]) return 0;
            *s = a->dims[own + k];
        }
    }
    dims[0] = 1;
    for (int k = 0; k < batches; ++k) dims[0] *= batch[k];
    for (int k = 0; k < f->letters; ++k) {
        if (!size[k]) return 0;
        dims[1 + k] = size[k];
    }
    for (int n = 0; n < f->nargs; ++n) {
        ptrdiff_t step = types[n] == FLOAT ? 4 : 8;
        for (int k = f->dims[n] - 1; k >= 0; --k) {
            steps[core + k] = step;
            step *= size[f->letter[f->first[n] + k]];
        }
        core += f->dims[n];
        steps[n] = step;
        bytes[n] = step * dims[0];
        if (bytes[n] > ENTRIES * 8) return 0;
    }
    for (int n = f->nin; n < f->nargs; ++n) { /* results that are given */
        const array *a = operand[n];
        if (!names) {
            if (batches + f->dims[n] == 0) return 0; /* NumPy gives a scalar */
            continue;
        }
        if (!plain(a) || !(a->flags & WRITEABLE) || a->type->number != types[n]) return 0;
        if (a->nd != batches + f->dims[n]) return 0;
        for (int k = 0; k < batches; ++k)
            if (a->dims[k] != batch[k]) return 0;
        for (int k = 0; k < f->dims[n]; ++k)
            if (a->dims[batches + k] != size[f->letter[f->first[n] + k]]) return 0;
        for (int m = 0; m < n; ++m)
            if (!apart(operand[m], a, bytes[m], bytes[n])) return 0;
    }
    char *args[MOST];
    for (int n = f->nin; n < f->nargs; ++n) {
        if (names) {
            keep(operand[n]);
            continue;
        }
        ptrdiff_t shape[2 * AXES];
        for (int k = 0; k < batches; ++k) shape[k] = batch[k];
        for (int k = 0; k < f->dims[n]; ++k) shape[batches + k] = size[f->letter[f->first[n] + k]];
        operand[n] = new_array(array_type, batches + f->dims[n], shape, types[n], 0, 0, 0, 0, 0);
        if (!operand[n]) {
            for (int m = f->nin; m < n; ++m) drop(operand[m]);
            *result = 0;
            return 1;
        }
    }
    for (int n = 0; n < f->nargs; ++n) args[n] = operand[n]->data;
    f->functions[which](args, dims, steps, f->data[which]);
    *result = operand[f->nin];
    if (f->nout == 2) {
        *result = pack(2, operand[f->nin], operand[f->nin + 1]);
        drop(operand[f->nin]), drop(operand[f->nin + 1]);
    }
    return 1;
}

/* What a gufunc does when it is called. */
const void *sd_direct(const void *self, const void *const *args, size_t count, const void *names);
const void *sd_direct(const void *self, const void *const *args, size_t count, const void *names) {
    const void *result;
    if (direct(self, args, count & ((size_t)-1 >> 1), names, &result)) return result;
    return numpy(self, args, count, names);
}
