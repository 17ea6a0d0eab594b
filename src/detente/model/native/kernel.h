/* What goes into the native kernel and what comes out of it. */

#ifndef DETENTE_KERNEL_H
#define DETENTE_KERNEL_H

#include <stdint.h>

typedef struct {
    int parties, constituencies, measures, combinations, scalings, phases, deciders, watches;
    int draws, plans, first;
} Shape;

typedef struct { /* positions; see structure.py */
    const int32_t *by, *party_of, *deciders, *decider_party, *first_decider;
    const uint8_t *secret;
    const int32_t *watch_offset, *watch_verifier, *watch_row; /* by watched measure */
    const int32_t *list_offset, *group_offset, *member;       /* lists of groups of measures */
    const int32_t *scaled_offset, *scaled;                    /* by scaling: measures */
    const int32_t *scorer_offset, *scorer;                    /* by scaling: constituencies */
    const int32_t *turnover_offset;                           /* by party, into turnover */
} Structure;

typedef struct { /* draws on the last axis; see sampler.py */
    const double *worth, *upfront, *decay, *discount, *reservation, *collapse, *false_alarm,
        *margin, *detection, *gain, *factor, *start, *turnover;
} Draws;

typedef struct { /* plan on the first axis, draw on the last; see judgement.py */
    double *value[2], *hazard[2];
    uint8_t *unsettled[2];
    double *belief, *slack, *exposure;
    int16_t *deviation;
} Results;

/* Rules of acceptance as tables; see ballots.py. Bodies are the constituencies, then the parties,
 * then nodes: the rules, those within another before it. A party's last node is its own rule, and
 * behind those of the parties stand the nodes of the agreement's rule, if there is one. */
typedef struct {
    const int32_t *node_offset;                 /* by party, and where they all end: [P + 2] */
    const int32_t *veto_offset, *veto;          /* by node: bodies that must say yes */
    const int32_t *weight_offset, *weighed;     /* by node: bodies with a weight */
    const double *weight, *quota;               /* quota by node, -1 where there is none */
    const uint8_t *among_signatories;           /* by node: the weights are those of signatories */
    const int32_t *line_owner;                  /* by red line: its constituency */
} Ballots;

typedef struct { /* plan on the first axis */
    const uint8_t *needed;  /* [constituencies and parties]: no agreement without its yes */
    const uint8_t *signs;   /* [party] */
    const uint8_t *heard;   /* [constituency]: its answer may count */
    const uint8_t *barring; /* [red line]: the plan crosses it */
} Asked;

typedef struct {
    int lines, keep, worths; /* red lines; what is asked for besides: see sift.inc */
} Sieve;

typedef struct { /* plan on the first axis, draw on the last */
    uint8_t *accepted;
    double *stand, *value, *exposure; /* [period], [constituency], [constituency] */
} Sifted;

/* Judge every plan (int8[plan][measure]) in every draw; -1 where memory runs out. *parts* is the
 * number of members of all groups, *turnover* the number of turnover chances. One version for
 * each instruction set, all from judge.inc; judge_baseline runs anywhere. */
typedef int Judge(const Shape *n, const Structure *t, const Draws *d, const Results *r,
                  const int8_t *plans, int parts, int turnover);

/* Judge only whether every plan is accepted and how long it stands; see sift.inc. */
typedef int Sift(const Shape *n, const Structure *t, const Draws *d, const Ballots *b,
                 const Asked *a, const Sieve *v, const Sifted *r, const uint8_t *crossed,
                 const int8_t *plans, int parts, int turnover);

/* Boxes of plans and the rows that bound them; see bound.inc and relaxing.py. */
typedef struct {
    int draws, nodes, slots, entries, rows, regimes;
} Box;

typedef struct { /* chunks of 16 draws on the first axis, the draws of a chunk on the last */
    const int32_t *slot_offset;       /* by slot, into entries */
    const int32_t *regime;            /* by row */
    const uint8_t *more;              /* by row: the next row is an alternative to it */
    const double *coef;               /* [chunk][row][entry][16] */
    const double *constant;           /* [chunk][row][16] */
    const double *level;              /* [chunk][regime][16] */
    const uint8_t *allowed, *active;  /* [node][entry], [node][row] */
    double *bound, *child;            /* [node], [node][entry]: sums over draws */
} Boxes;

typedef int Bound(const Box *n, const Boxes *b);

/* Quantities asked for and what these need, up to the horizon; see change.inc and changes.py. */
typedef struct {
    int draws, plans, measures, phases;
    int periods, steps;                              /* until the horizon; in a period */
    int quantities, followed, asked, parts, effects; /* followed: the first, which others grow by */
} Span;

typedef struct { /* positions, but for lasting and time */
    const int32_t *rate;                      /* by quantity: what it grows by, or -1 */
    const int32_t *part_offset, *part;        /* by quantity: what it sums */
    const int32_t *effect_offset, *effect_of; /* by quantity: measures with an effect on it */
    const uint8_t *lasting;                   /* by effect: the measure cannot be undone */
    const int32_t *asked;                     /* quantities */
    const double *time;                       /* by edge: years from the start */
} Quantities;

typedef struct { /* draws on the last axis */
    const double *start, *trend, *floor; /* [quantity] */
    const double *weight, *shift;        /* [part], [effect] */
    const double *false_alarm;
} Numbers;

typedef struct { /* plan on the first axis (of change the second), draw on the last */
    const int8_t *plans; /* [measure] */
    const uint8_t *accepted;
    const double *stand; /* [period]: k = 1 .. K+1 */
    double *change;      /* [asked][plan][draw] */
} Looked;

/* Reckon by how much each plan is expected to change what is asked for, where it is accepted. */
typedef int Change(const Span *n, const Quantities *t, const Numbers *d, const Looked *r);

Judge judge_baseline;
Sift sift_baseline;
Bound bound_baseline;
Change change_baseline;
#if defined(__x86_64__) && !defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 12
#define DETENTE_X86_64_LEVELS
Judge judge_v3, judge_v4;
Sift sift_v3, sift_v4;
Bound bound_v3, bound_v4;
Change change_v3, change_v4;
#endif

#endif
