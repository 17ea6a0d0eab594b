/* The door between Python and the kernel: checks sizes, releases the interpreter lock. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernel.h"

static Judge *chosen = judge_baseline;
static const char *level = "baseline";

/* Choose the best version that this processor runs. */
static void choose(void) {
#ifdef DETENTE_X86_64_LEVELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) {
        chosen = judge_v4;
        level = "x86-64-v4";
    } else if (__builtin_cpu_supports("x86-64-v3")) {
        chosen = judge_v3;
        level = "x86-64-v3";
    }
#endif
}

/* One array that the caller hands over: what it is called and how large it must be. */
typedef struct {
    const char *name;
    void *address; /* of the pointer to set */
    Py_ssize_t count, itemsize;
} Field;

/* Take the buffers of *given* (a tuple) into *fields*; on failure release them and return -1. */
static int take_buffers(PyObject *given, const Field *fields, Py_buffer *views, int count,
                        int flags) {
    if (!PyTuple_Check(given) || PyTuple_Size(given) != count) {
        PyErr_Format(PyExc_ValueError, "expected a tuple of %d arrays", count);
        return -1;
    }
    for (int i = 0; i < count; i++) {
        int failed = PyObject_GetBuffer(PyTuple_GetItem(given, i), &views[i], flags);
        const Py_ssize_t size = fields[i].count * fields[i].itemsize;
        if (!failed && (views[i].len != size || views[i].itemsize != fields[i].itemsize)) {
            PyErr_Format(PyExc_ValueError, "array %s has %zd bytes, expected %zd",
                         fields[i].name, views[i].len, size);
            PyBuffer_Release(&views[i]);
            failed = 1;
        }
        if (failed) {
            while (i-- > 0) PyBuffer_Release(&views[i]);
            return -1;
        }
        *(void **)fields[i].address = views[i].buf;
    }
    return 0;
}

static void release(Py_buffer *views, int count) {
    for (int i = 0; i < count; i++) PyBuffer_Release(&views[i]);
}

#define FIELD(owner, field, count) {#field, (void *)&(owner).field, (count), sizeof *(owner).field}
#define COUNT(fields) ((int)(sizeof(fields) / sizeof *(fields)))

static PyObject *judge(PyObject *module, PyObject *args) {
    (void)module;
    Shape n;
    Structure t;
    Draws d;
    Results r;
    int lists, groups, members, scaled, scorers, turnover;
    PyObject *structure, *draws, *results, *plans_given;
    if (!PyArg_ParseTuple(args, "(iiiiiiiiiii)(iiiiii)OOOO", &n.parties, &n.constituencies,
                          &n.measures, &n.combinations, &n.scalings, &n.phases, &n.deciders,
                          &n.watches, &n.draws, &n.plans, &n.first, &lists, &groups, &members,
                          &scaled, &scorers, &turnover, &structure, &draws, &plans_given,
                          &results))
        return NULL;
    const int8_t *plans;
    const Py_ssize_t N = n.draws, C = n.constituencies, M = n.measures, S = n.scalings;
    const Py_ssize_t X = M + n.combinations, P = n.parties, D = n.deciders, W = n.watches;
    const Py_ssize_t L = n.plans, T = n.phases + 1;
    const Field structure_fields[] = {
        FIELD(t, by, M), FIELD(t, party_of, C), FIELD(t, deciders, D),
        FIELD(t, decider_party, D), FIELD(t, first_decider, P + 1), FIELD(t, secret, M), FIELD(t, watch_offset, M + 1),
        FIELD(t, watch_verifier, W), FIELD(t, watch_row, W), FIELD(t, list_offset, lists + 1),
        FIELD(t, group_offset, groups + 1), FIELD(t, member, members),
        FIELD(t, scaled_offset, S + 1), FIELD(t, scaled, scaled), FIELD(t, scorer_offset, S + 1),
        FIELD(t, scorer, scorers), FIELD(t, turnover_offset, P + 1)};
    const Field draw_fields[] = {
        FIELD(d, worth, X * C * N), FIELD(d, upfront, X * N), FIELD(d, decay, M * C * N),
        FIELD(d, discount, C * N), FIELD(d, reservation, C * N), FIELD(d, collapse, C * N),
        FIELD(d, false_alarm, N), FIELD(d, margin, N), FIELD(d, detection, M * N),
        FIELD(d, gain, W * N), FIELD(d, factor, S * N), FIELD(d, start, D * N),
        FIELD(d, turnover, turnover * N)};
    const Field result_fields[] = {
        FIELD(r, value[0], L * C * N), FIELD(r, hazard[0], L * P * T * N),
        FIELD(r, unsettled[0], L * N), FIELD(r, value[1], L * C * N),
        FIELD(r, hazard[1], L * P * T * N), FIELD(r, unsettled[1], L * N),
        FIELD(r, belief, L * D * T * N), FIELD(r, slack, L * D * T * N),
        FIELD(r, deviation, L * D * T * N), FIELD(r, exposure, L * C * N)};
    const Field plan_field[] = {{"plans", (void *)&plans, L * M, 1}};
    Py_buffer views[COUNT(structure_fields) + COUNT(draw_fields) + COUNT(result_fields) + 1];
    int taken = 0, failed;
    failed = take_buffers(structure, structure_fields, views, COUNT(structure_fields), PyBUF_C_CONTIGUOUS);
    if (failed) return NULL;
    taken += COUNT(structure_fields);
    failed = take_buffers(draws, draw_fields, views + taken, COUNT(draw_fields), PyBUF_C_CONTIGUOUS);
    if (!failed) {
        taken += COUNT(draw_fields);
        failed = take_buffers(results, result_fields, views + taken, COUNT(result_fields),
                              PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE);
    }
    if (!failed) {
        taken += COUNT(result_fields);
        failed = take_buffers(plans_given, plan_field, views + taken, 1, PyBUF_C_CONTIGUOUS);
    }
    if (!failed) {
        taken += 1;
        int out_of_memory;
        Py_BEGIN_ALLOW_THREADS;
        out_of_memory = chosen(&n, &t, &d, &r, plans, members, turnover);
        Py_END_ALLOW_THREADS;
        if (out_of_memory) PyErr_NoMemory();
        failed = out_of_memory;
    }
    release(views, taken);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"judge", judge, METH_VARARGS,
     "judge(shape, sizes, structure, draws, (plans,), results): see detente.model.kernel."},
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
