/* The kernel for x86-64-v3 (AVX2); see kernel.h. */

#include "kernel.h"

#ifdef DETENTE_X86_64_LEVELS
#pragma GCC target("arch=x86-64-v3")
#define JUDGE judge_v3
#define SIFT sift_v3
#define BOUND bound_v3
#define CHANGE change_v3
#include "judge.inc"
#endif
