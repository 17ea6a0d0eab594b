/* The door between Python and the kernel: checks sizes, releases the interpreter lock. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernel.h"

static Judge *chosen = judge_baseline;
static Sift *sifting = sift_baseline;
static Bound *bounding = bound_baseline;
static Change *changing = change_baseline;
static const char *level = "baseline";

/* Choose the best version that this processor runs. */
static void choose(void) {
#ifdef DETENTE_X86_64_LEVELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) {
        chosen = judge_v4;
        sifting = sift_v4;
        bounding = bound_v4;
        changing = change_v4;
        level = "x86-64-v4";
    } else if (__builtin_cpu_supports("x86-64-v3")) {
        chosen = judge_v3;
        sifting = sift_v3;
        bounding = bound_v3;
        changing = change_v3;
        level = "x86-64-v3";
    }
#endif
}

/* One array that the caller hands over: what it is called, the pointer to set, and its size. */
typedef struct {
    const char *name;
    void *address;
    Py_ssize_t count, itemsize;
    int flags;
} Field;

#define READ(owner, field, count) \
    {#field, (void *)&(owner).field, (count), sizeof *(owner).field, PyBUF_C_CONTIGUOUS}
#define FILL(owner, field, count) \
    {#field, (void *)&(owner).field, (count), sizeof *(owner).field, \
     PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE}

static void release(Py_buffer *views, int count) {
    for (int i = 0; i < count; i++) PyBuffer_Release(&views[i]);
}

/* Take the buffers of *given* (a tuple) into *fields*; on failure release them and return -1. */
static int take_buffers(PyObject *given, const Field *fields, Py_buffer *views, int count) {
    if (!PyTuple_Check(given) || PyTuple_Size(given) != count) {
        PyErr_Format(PyExc_ValueError, "expected a tuple of %d arrays", count);
        return -1;
    }
    for (int i = 0; i < count; i++) {
        const Field *field = &fields[i];
        const Py_ssize_t size = field->count * field->itemsize;
        int failed = PyObject_GetBuffer(PyTuple_GetItem(given, i), &views[i], field->flags);
        if (!failed && (views[i].len != size || views[i].itemsize != field->itemsize)) {
            PyErr_Format(PyExc_ValueError, "array %s has %zd bytes, expected %zd", field->name,
                         views[i].len, size);
            PyBuffer_Release(&views[i]);
            failed = 1;
        }
        if (failed) {
            release(views, i);
            return -1;
        }
        *(void **)field->address = views[i].buf;
    }
    return 0;
}

/* What both read of a structure and its draws. */
#define CASE_FIELDS \
    READ(t, by, M), READ(t, party_of, C), READ(t, deciders, D), READ(t, decider_party, D), \
    READ(t, first_decider, P + 1), READ(t, secret, M), READ(t, watch_offset, M + 1), \
    READ(t, watch_verifier, W), READ(t, watch_row, W), READ(t, list_offset, lists + 1), \
    READ(t, group_offset, groups + 1), READ(t, member, members), \
    READ(t, scaled_offset, S + 1), READ(t, scaled, scaled), READ(t, scorer_offset, S + 1), \
    READ(t, scorer, scorers), READ(t, turnover_offset, P + 1), \
    READ(d, worth, X * C * N), READ(d, upfront, X * N), READ(d, decay, M * C * N), \
    READ(d, discount, C * N), READ(d, reservation, C * N), READ(d, collapse, C * N), \
    READ(d, false_alarm, N), READ(d, margin, N), READ(d, detection, M * N), \
    READ(d, gain, W * N), READ(d, factor, S * N), READ(d, start, D * N), \
    READ(d, turnover, turnover * N), READ(p, plans, L * M)

/* Sizes that both are told: Shape, then the sizes of the flat arrays of Structure. */
#define SIZES "(iiiiiiiiiii)(iiiiii)"
#define SIZES_INTO                                                                              \
    &n.parties, &n.constituencies, &n.measures, &n.combinations, &n.scalings, &n.phases,        \
        &n.deciders, &n.watches, &n.draws, &n.plans, &n.first, &lists, &groups, &members,       \
        &scaled, &scorers, &turnover
#define COUNTS                                                                                  \
    const Py_ssize_t N = n.draws, C = n.constituencies, M = n.measures, S = n.scalings;         \
    const Py_ssize_t X = M + n.combinations, P = n.parties, D = n.deciders, W = n.watches;      \
    const Py_ssize_t L = n.plans, T = n.phases + 1

static int in_range(const Shape *n) {
    const int fine = n->first >= 1 && n->first <= n->phases + 1 && n->phases <= 126 &&
                     n->draws >= 0 && n->plans >= 0;
    if (!fine) PyErr_SetString(PyExc_ValueError, "first, phases, draws or plans out of range");
    return fine;
}

static PyObject *judge(PyObject *module, PyObject *args) {
    (void)module;
    Shape n;
    Structure t;
    Draws d;
    Results r;
    struct { const int8_t *plans; } p;
    int lists, groups, members, scaled, scorers, turnover, out_of_memory;
    PyObject *arrays;
    if (!PyArg_ParseTuple(args, SIZES "O", SIZES_INTO, &arrays) || !in_range(&n)) return NULL;
    COUNTS;
    const Field fields[] = {
        CASE_FIELDS,
        FILL(r, value[0], L * C * N), FILL(r, hazard[0], L * P * T * N),
        FILL(r, unsettled[0], L * N), FILL(r, value[1], L * C * N),
        FILL(r, hazard[1], L * P * T * N), FILL(r, unsettled[1], L * N),
        FILL(r, belief, L * D * T * N), FILL(r, slack, L * D * T * N),
        FILL(r, deviation, L * D * T * N), FILL(r, exposure, L * C * T * N)};
    enum { COUNT = sizeof fields / sizeof *fields };
    Py_buffer views[COUNT];
    if (take_buffers(arrays, fields, views, COUNT) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    out_of_memory = chosen(&n, &t, &d, &r, p.plans, members, turnover);
    Py_END_ALLOW_THREADS;
    release(views, COUNT);
    if (out_of_memory) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyObject *sift(PyObject *module, PyObject *args) {
    (void)module;
    Shape n;
    Structure t;
    Draws d;
    Ballots b;
    Asked a;
    Sieve v;
    Sifted r;
    struct { const int8_t *plans; const uint8_t *crossed; } p;
    int lists, groups, members, scaled, scorers, turnover, out_of_memory;
    int nodes, vetoes, weights;
    PyObject *arrays;
    if (!PyArg_ParseTuple(args, SIZES "(iiiiii)O", SIZES_INTO, &nodes, &vetoes, &weights, &v.lines,
                          &v.keep, &v.worths, &arrays) ||
        !in_range(&n))
        return NULL;
    COUNTS;
    const Py_ssize_t V = v.worths ? L * C * N : 0;
    const Field fields[] = {
        CASE_FIELDS, READ(b, node_offset, P + 2), READ(b, veto_offset, nodes + 1),
        READ(b, veto, vetoes), READ(b, weight_offset, nodes + 1), READ(b, weighed, weights),
        READ(b, weight, weights), READ(b, quota, nodes), READ(b, among_signatories, nodes),
        READ(b, line_owner, v.lines), READ(p, crossed, v.lines * N), READ(a, needed, L * (C + P)),
        READ(a, signs, L * P), READ(a, heard, L * C), READ(a, barring, L * v.lines),
        FILL(r, accepted, L * N), FILL(r, stand, L * T * N), FILL(r, value, V),
        FILL(r, exposure, V)};
    enum { COUNT = sizeof fields / sizeof *fields };
    Py_buffer views[COUNT];
    if (take_buffers(arrays, fields, views, COUNT) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    out_of_memory = sifting(&n, &t, &d, &b, &a, &v, &r, p.crossed, p.plans, members, turnover);
    Py_END_ALLOW_THREADS;
    release(views, COUNT);
    if (out_of_memory) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyObject *bound(PyObject *module, PyObject *args) {
    (void)module;
    Box n;
    Boxes b;
    int out_of_memory;
    PyObject *arrays;
    if (!PyArg_ParseTuple(args, "(iiiiii)O", &n.draws, &n.nodes, &n.slots, &n.entries, &n.rows,
                          &n.regimes, &arrays))
        return NULL;
    if (n.draws < 0 || n.nodes < 0 || n.slots < 0 || n.entries < 0 || n.rows < 0 || n.regimes < 0) {
        PyErr_SetString(PyExc_ValueError, "sizes out of range");
        return NULL;
    }
    const Py_ssize_t lanes = (Py_ssize_t)(n.draws + 15) / 16 * 16, L = n.nodes, E = n.entries;
    const Py_ssize_t J = n.rows;
    const Field fields[] = {
        READ(b, slot_offset, n.slots + 1), READ(b, regime, J), READ(b, more, J),
        READ(b, coef, lanes * J * E), READ(b, constant, lanes * J),
        READ(b, level, lanes * n.regimes), READ(b, allowed, L * E), READ(b, active, L * J),
        FILL(b, bound, L), FILL(b, child, L * E)};
    enum { COUNT = sizeof fields / sizeof *fields };
    Py_buffer views[COUNT];
    if (take_buffers(arrays, fields, views, COUNT) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    out_of_memory = bounding(&n, &b);
    Py_END_ALLOW_THREADS;
    release(views, COUNT);
    if (out_of_memory) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* Whether the sizes of a span make sense; the arrays are measured by them. */
static int spans(const Span *n) {
    const int counts[] = {n->draws, n->plans, n->measures, n->phases,
                          n->followed, n->asked, n->parts, n->effects};
    int fine = n->phases <= 126 && n->followed <= n->quantities && n->periods >= 1 &&
               n->steps >= 1 && n->periods < INT32_MAX / n->steps;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) fine &= counts[i] >= 0;
    if (!fine) PyErr_SetString(PyExc_ValueError, "sizes out of range");
    return fine;
}

static PyObject *change(PyObject *module, PyObject *args) {
    (void)module;
    Span n;
    Quantities t;
    Numbers d;
    Looked r;
    int out_of_memory;
    PyObject *arrays;
    if (!PyArg_ParseTuple(args, "(iiiiiiiiiii)O", &n.draws, &n.plans, &n.measures, &n.phases,
                          &n.periods, &n.steps, &n.quantities, &n.followed, &n.asked, &n.parts,
                          &n.effects, &arrays) ||
        !spans(&n))
        return NULL;
    const Py_ssize_t N = n.draws, L = n.plans, Q = n.quantities;
    const Field fields[] = {
        READ(t, rate, Q), READ(t, part_offset, Q + 1), READ(t, part, n.parts),
        READ(t, effect_offset, Q + 1), READ(t, effect_of, n.effects), READ(t, lasting, n.effects),
        READ(t, asked, n.asked), READ(t, time, (Py_ssize_t)n.periods * n.steps + 1),
        READ(d, start, Q * N), READ(d, trend, Q * N), READ(d, floor, Q * N),
        READ(d, weight, n.parts * N), READ(d, shift, n.effects * N), READ(d, false_alarm, N),
        READ(r, plans, L * n.measures), READ(r, accepted, L * N),
        READ(r, stand, L * (n.phases + 1) * N), FILL(r, change, n.asked * L * N)};
    enum { COUNT = sizeof fields / sizeof *fields };
    Py_buffer views[COUNT];
    if (take_buffers(arrays, fields, views, COUNT) < 0) return NULL;
    Py_BEGIN_ALLOW_THREADS;
    out_of_memory = changing(&n, &t, &d, &r);
    Py_END_ALLOW_THREADS;
    release(views, COUNT);
    if (out_of_memory) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"bound", bound, METH_VARARGS,
     "bound(sizes, arrays): see detente.search.relaxing."},
    {"change", change, METH_VARARGS,
     "change(sizes, arrays): see detente.model.changes."},
    {"judge", judge, METH_VARARGS,
     "judge(shape, sizes, arrays): see detente.model.kernel."},
    {"sift", sift, METH_VARARGS,
     "sift(shape, sizes, ballots, arrays): see detente.model.sifting."},
    {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_kernel",
                                        "The agreement model, fast.", -1, methods,
                                        NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    PyObject *module = PyModule_Create(&definition);
    choose();
    if (module != NULL && PyModule_AddStringConstant(module, "level", level) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
