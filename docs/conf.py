"""How Sphinx builds the documentation: offline, from Markdown and the docstrings."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

project = "Détente"
author = "The Détente authors"
project_copyright = "The Détente authors, Apache-2.0"
release = version = installed_version("detente")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "_ext.from_program",
    "_ext.plots",
]
exclude_patterns = ["_build", "_ext"]
root_doc = "index"
language = "en"

# No mathematics extension: its scripts would come from elsewhere. Formulas are preformatted text.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The API is what `detente.__all__` names, in the order of the source.
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_format = "short"
# Fields of a record are listed once, with what they mean.
autodoc_typehints_description_target = "documented"
autoclass_content = "class"
napoleon_google_docstring = True
napoleon_numpy_docstring = False

nitpicky = True
# Other projects' inventories would have to be fetched, so their names are not links.
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(collections|pathlib|typing|types|os|np|numpy|pydantic|pydantic_core|duckdb)\..*",
    ),
    # Public names may mention others that are not; those have no page.
    (r"py:.*", r"detente\.\w+\.\w+\.\w+"),
    (r"py:.*", r"(Any|Path|Literal|Mapping|Sequence|Iterable|Iterator|Callable|NDArray|optional)"),
    (r"py:.*", r"(ArrayLike|Annotated|Self|Dataset|float64|float32|int8|int64|bool_|BaseModel)"),
]

html_theme = "pydata_sphinx_theme"
html_title = f"Détente {release}"
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_show_sourcelink = False
html_copy_source = False


def keep_colons(
    _app: object, what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Napoleon takes what precedes a colon in a property's first line for its type: hide it."""
    if what in {"attribute", "property"} and lines:
        lines[0] = lines[0].replace(": ", " – ")


def no_long_signatures(
    _app: object, what: str, name: str, *_details: object
) -> tuple[str, str | None] | None:
    """Results are made by functions; only plans are also made by hand."""
    return ("", None) if what == "class" and name != "detente.Plan" else None


def setup(app: Any) -> None:  # noqa: ANN401 (Sphinx is not there when types are checked)
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", keep_colons, priority=400)
    app.connect("autodoc-process-signature", no_long_signatures)
