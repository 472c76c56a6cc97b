"""The step zoo of the open SDK, with its arguments, over `couler_jupyter.zoo`."""
