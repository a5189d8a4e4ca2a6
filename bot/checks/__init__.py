"""What can be checked in a claim without understanding it: words, numbers, names, negation."""
