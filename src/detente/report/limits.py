"""What the model leaves out, each with the direction in which that moves the results.

The page "Limits of the model" in the documentation gives the arguments; a test holds its table
and this one together.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "NOT_SAID", "Limit"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One simplification and the direction of its bias on accept and on keep."""

    name: str
    text: str
    accept: str
    keep: str


LIMITS = (
    Limit(
        "worths add up",
        "What several measures are worth is the sum of what each is worth, apart from the"
        " interactions that the case writes down.",
        "too low for packages that need each other, too high for steps that replace each other",
        "same signs, weaker argument",
    ),
    Limit(
        "risk-neutral",
        "A sure gain and a gamble of the same mean count alike.",
        "unknown; too high for the cautious if peace is the gamble",
        "too low against cheating, too high against open exit",
    ),
    Limit(
        "undoing is carried out",
        "When the agreement ends, whatever can be undone is undone, even where that hurts whoever"
        " does it.",
        "unknown",
        "too high",
    ),
    Limit(
        "one breach at a time",
        "Others reckon with one party breaking, in one way that the model fixes.",
        "too high where several would break together or do worse than assumed, too low where they"
        " would do less",
        "as for accept",
    ),
    Limit(
        "few deviations tried",
        "Whoever thinks of breaking compares leaving, all its steps and single steps, not pairs.",
        "too high or right",
        "too high or right",
    ),
    Limit(
        "a cheat expects others to keep on",
        "The worth of a breach does not count later breaches by others; the worth of keeping does.",
        "too low, through keep",
        "too low, where the others' breach would hurt the cheat",
    ),
    Limit(
        "own side is trusted",
        "A constituency values a text as if its own party kept it to the end.",
        "unknown",
        "unknown",
    ),
    Limit(
        "signing teaches nothing",
        "After the signature all believe about each other what they believed before.",
        "unknown",
        "unknown",
    ),
    Limit(
        "suspicion does not build up",
        "Each period of cheating is seen or not, with the same chance; half-seen signs are"
        " forgotten.",
        "too low or right, through keep",
        "too low for lasting, watched cheating",
    ),
    Limit(
        "chances are independent",
        "Who is in control of one party tells nothing of who is in control of another; red lines"
        " are drawn each for itself.",
        "too low where red lines come together",
        "too low where troubles come together, too high where one follows from another",
    ),
)

#: What the figures are not, whatever the case.
NOT_SAID = (
    (
        "Shares are shares of draws, which are the analyst's own uncertainty; they are not frequencies"
        " of events in the world. An overconfident case gives shares too near to 0 and 100."
    ),
    (
        "Accepted says that nobody who must say yes would rather have no agreement, not that the sides"
        " would settle on this text. As a forecast of signing it is too high, most of all where"
        " another text is better for every signatory."
    ),
    (
        "The pessimistic outcome is what follows if all begin by expecting breach. It is usually"
        " lower than the headline, but no bound."
    ),
    (
        "Ranges of outcomes tell how far the expected change differs from draw to draw. Within a draw"
        " the agreement may last or end; that spread is averaged out, so the ranges are too narrow as a"
        " forecast of what will be counted."
    ),
)
