"""Big runs: judged task by task, kept as they are done, taken up again where they were."""
