"""Manifests to look at, and what differs from the last one."""

from __future__ import annotations

from couler_jupyter.ir import Document, Manifest
from couler_jupyter.protocol.submit import ManifestView
from couler_jupyter.session.submitting.manifest import manifest_view


def made(*texts: str) -> Manifest:
    documents = (Document(f"{n}.yaml", text) for n, text in enumerate(texts))
    return Manifest("argo", tuple(documents))


def numbered(count: int) -> list[str]:
    return [f"line {n}" for n in range(count)]


def shown(view: ManifestView) -> list[str]:
    return [f"{one['sign']}{one['text']}" for one in view["diff"]]


def test_without_a_last_one_there_is_no_diff() -> None:
    view = manifest_view(made("a\nb"), None, note="nothing yet")
    assert (view["text"], view["diff"], view["note"]) == ("a\nb", [], "nothing yet")


def test_documents_are_told_apart() -> None:
    assert manifest_view(made("a", "b"), None)["text"] == "# 0.yaml\na\n# 1.yaml\nb"


def test_what_is_new_and_gone_is_shown_with_what_is_around() -> None:
    old = numbered(30)
    new = [*old[:10], "new", *old[11:20], *old[21:]]
    view = manifest_view(made("\n".join(new)), made("\n".join(old)), against="run-1")
    assert (view["added"], view["removed"], view["against"]) == (1, 2, "run-1")
    assert shown(view) == [
        "@line 8", " line 7", " line 8", " line 9", "-line 10", "+new", " line 11",
        " line 12", " line 13", "@line 18", " line 17", " line 18", " line 19",
        "-line 20", " line 21", " line 22", " line 23",
    ]  # fmt: skip


def test_the_same_differs_in_nothing() -> None:
    view = manifest_view(made("a\nb"), made("a\nb"), against="r")
    assert (view["diff"], view["added"], view["removed"], view["note"]) == (
        [],
        0,
        0,
        "",
    )


def test_lines_that_were_added_at_an_end_are_found() -> None:
    assert shown(manifest_view(made("a\nb"), made("a"))) == ["@line 1", " a", "+b"]
    assert shown(manifest_view(made("a\nb"), made("b"))) == ["@line 1", "+a", " b"]
    assert shown(manifest_view(made(""), made("b"))) == ["@line 1", "-b"]


def test_all_of_it_is_bounded() -> None:
    old, new = numbered(10_000), [f"{one}!" for one in numbered(3000)]
    view = manifest_view(made("\n".join([*new, "x" * 10_000])), made("\n".join(new)))
    assert (view["more"], view["added"]) == (2601, 1)
    assert max(len(one["text"]) for one in view["diff"]) == 400
    far = manifest_view(made("\n".join(new)), made("\n".join(old)))
    assert far["diff"] == []
    assert "10000 lines were there and 3000 are now" in far["note"]
    near = manifest_view(made("\n".join(new)), made("\n".join(numbered(3000))))
    assert len(near["diff"]) == 400
    assert near["note"].endswith("more lines of the diff are not shown")
