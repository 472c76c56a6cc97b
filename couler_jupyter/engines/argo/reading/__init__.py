"""Texts of Argo as the IR has them: tags, expressions, `when`, `depends`."""
