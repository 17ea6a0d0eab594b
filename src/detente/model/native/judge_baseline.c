/* The kernel for any machine; see kernel.h. */

#define JUDGE judge_baseline
#include "judge.inc"
