/* The kernel for any machine; see kernel.h. */

#define JUDGE judge_baseline
#define SIFT sift_baseline
#define BOUND bound_baseline
#define CHANGE change_baseline
#include "judge.inc"
