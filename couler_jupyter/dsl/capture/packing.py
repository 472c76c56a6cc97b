"""Working out what must travel with a function: the pieces, imports and problems.

Nothing of the user's is run. Values are followed from name to name through the
globals and closures of each function, and every one becomes an import, a definition
taken from its cell, or an expression.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import FunctionType, ModuleType

from couler_jupyter.dsl.capture import closures, imports
from couler_jupyter.dsl.capture.closures import Member, cells_of, content, knot
from couler_jupyter.dsl.capture.definitions import default_texts, is_text_its_source
from couler_jupyter.dsl.capture.excerpt import excerpt
from couler_jupyter.dsl.capture.free_names import annotation_names, free_names
from couler_jupyter.dsl.capture.layers import is_couler, plain, unwrapped
from couler_jupyter.dsl.capture.pieces import Piece, piece
from couler_jupyter.dsl.capture.reasons import not_defined, why_not
from couler_jupyter.dsl.capture.source_of import Definition, NoSource
from couler_jupyter.dsl.capture.written import CannotWrite, Writer
