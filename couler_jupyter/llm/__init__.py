"""Language models: which one is meant, what it says, what that costs."""

from couler_jupyter.llm.model import Answer, Message, Model, Role, Schema, Spent

__all__ = ["Answer", "Message", "Model", "Role", "Schema", "Spent"]
