"""What a generated program may do: a gate over its text, a policy over its workflow.

It is a gate, not a sandbox: it reads, and a person decides.
"""

from couler_jupyter.nl.gate.checking import gate
from couler_jupyter.nl.gate.policy import policy
from couler_jupyter.nl.gate.rules import RULES, Rule, Where

__all__ = ["RULES", "Rule", "Where", "gate", "policy"]
