"""The interface of the open Couler SDK over this package, for scripts that were written for it.

`import couler_jupyter.compat.argo as couler` is what `import couler.argo as couler` was;
`couler run old_script.py` needs no change at all. docs/from-open-couler.md says what
differs and why.
"""
