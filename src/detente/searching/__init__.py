"""Finding plans: which of all that a case allows are best, and how good the best could be.

Plans are compared on few draws first and on more where it is close; what is shown of a plan is
judged on draws that the search has not seen.
"""
