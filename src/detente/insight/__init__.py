"""What verdicts mean: plans and versions compared, and what in a case should be looked at."""
