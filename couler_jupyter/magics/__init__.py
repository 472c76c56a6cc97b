"""The IPython magics: `%%couler` and `%couler` for workflows, `%%nl` for wishes in prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Add the magics, their completion and the look of workflows to a shell."""
    from couler_jupyter.magics.completion import install
    from couler_jupyter.magics.display import show_workflows_as_pictures
    from couler_jupyter.magics.magic import CoulerMagics
    from couler_jupyter.magics.nl import NlMagics

    magics = CoulerMagics(shell)
    shell.register_magics(magics)
    shell.register_magics(NlMagics(shell, magics))
    install(shell, magics)
    show_workflows_as_pictures(shell)
    magics.panel.open()


def unregister(shell: InteractiveShell) -> None:
    """Take everything away again that `register` added."""
    from couler_jupyter.magics.completion import uninstall
    from couler_jupyter.magics.display import show_workflows_as_text

    uninstall(shell)
    show_workflows_as_text(shell)
    magics = shell.magics_manager.registry.get("CoulerMagics")
    if magics is not None:
        magics.panel.close()
    for kind in ("line", "cell"):
        for name in ("couler", "nl", "lake"):
            shell.magics_manager.magics[kind].pop(name, None)
