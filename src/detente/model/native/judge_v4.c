/* The kernel for x86-64-v4 (AVX-512); see kernel.h. */

#include "kernel.h"

#ifdef DETENTE_X86_64_LEVELS
#pragma GCC target("arch=x86-64-v4")
#pragma GCC target("prefer-vector-width=512")
#define JUDGE judge_v4
#define SIFT sift_v4
#define BOUND bound_v4
#define CHANGE change_v4
#include "judge.inc"
#endif
