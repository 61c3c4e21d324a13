"""Words with placeholders: what they name, and the text that is made of them. Values in, text out."""

import re
from collections.abc import Iterable, Mapping

_NAMED = re.compile(r"\{([a-z_]+)\}")
_LABEL = re.compile(r"([^:]{1,40}:)?\W*")
_BRACE = re.compile(r"[{}]")


def named_in(text: str) -> list[str]:
    """The placeholders that a text names, each once, in their order.

    >>> named_in("{greeting} order {order}, again {order}")
    ['greeting', 'order']
    """
    return list(dict.fromkeys(_NAMED.findall(text)))


def not_understood(text: str, known: Iterable[str]) -> list[str]:
    """What stands in braces and is no placeholder, and braces that do not close, as they stand in the text.

    >>> not_understood("{order} for {Customer} and {ordr", ["order"])
    ['{Customer}', '{ordr']
    >>> not_understood("Order {order}.", ["order"])
    []
    """
    known = set(known)
    wrong = [f"{{{name}}}" for name in named_in(text) if name not in known]
    rest = _NAMED.sub("", text)
    wrong += re.findall(r"\{[^{}\s]*\}?|\}", rest) if _BRACE.search(rest) else []
    return wrong


def fill(text: str, values: Mapping[str, str]) -> str:
    r"""The text with its placeholders said. Where all that a line names is empty, a mere label is left out with it.

    >>> fill("Hello {name},\n\nYour number: {po}\n\n{lines}\n\nBye. {po}", {"name": "Ann", "po": "", "lines": "3 pc\n4 pc"})
    'Hello Ann,\n\n3 pc\n4 pc\n\nBye.'
    """
    said = []
    for line in text.replace("\r\n", "\n").split("\n"):
        named = named_in(line)
        if named and not any(values.get(name) for name in named) and _LABEL.fullmatch(_NAMED.sub("", line).strip()):
            continue
        said.append(_NAMED.sub(lambda found: values.get(found[1], ""), line).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(said)).strip()
