// The kernel, compiled to count its arithmetic: every +, -, *, / on a lane adds one.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <math.h>
#include <stdlib.h>
#include <string.h>

extern "C" { unsigned long long operations = 0; }

struct Counted {
    double v;
    Counted() = default;
    Counted(double x) : v(x) {}
    explicit operator int16_t() const { return (int16_t)v; }
};
#define BINARY(op)                                                                   \
    static inline Counted operator op(Counted a, Counted b) {                        \
        operations++;                                                                \
        return Counted(a.v op b.v);                                                  \
    }                                                                                \
    static inline Counted &operator op##=(Counted &a, Counted b) { return a = a op b; }
BINARY(+) BINARY(-) BINARY(*) BINARY(/)
#define COMPARE(op) static inline bool operator op(Counted a, Counted b) { return a.v op b.v; }
COMPARE(<) COMPARE(>) COMPARE(<=) COMPARE(>=) COMPARE(==) COMPARE(!=)
static inline Counted fabs(Counted a) { return Counted(std::fabs(a.v)); }
static inline double floor(Counted a) { return std::floor(a.v); }
static inline Counted nextafter(Counted a, Counted b) { return Counted(std::nextafter(a.v, b.v)); }

#define double Counted
#define restrict
extern "C" {
#include "kernel.h"
#define JUDGE judge_v4
#include "judge.inc"
int judge_v3(const Shape *n, const Structure *t, const Draws *d, const Results *r,
             const int8_t *plans, int parts, int turnover) {
    return judge_v4(n, t, d, r, plans, parts, turnover);
}
int judge_baseline(const Shape *n, const Structure *t, const Draws *d, const Results *r,
                   const int8_t *plans, int parts, int turnover) {
    return judge_v4(n, t, d, r, plans, parts, turnover);
}
}
