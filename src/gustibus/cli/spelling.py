"""The library's advice in the words of the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["as_typed"]


def as_typed(text: str) -> str:
    """The text with Python spellings of options as they are typed.

    Examples
    --------
    >>> as_typed('say so: columns={"user_id": "worker", "prompt": None}.')
    'say so: --columns user_id=worker,prompt=.'
    >>> as_typed('Start with model="bt", or lower shots=(0, 5, 20).')
    'Start with --model bt, or lower --shots 0,5,20.'
    >>> as_typed("Give at least one, such as models=['bt', 'pal-a:8'].")
    'Give at least one, such as --models bt,pal-a:8.'
    >>> as_typed("Use likelihood='logistic', 'flip'; or dimensions=3, folds=9, url='http://x', tie_by='group'.")
    'Use --likelihood logistic, flip; or --dimensions 3, --folds 9, --endpoint http://x, --tie-by group.'
    >>> as_typed("Fit with person='group', or rank with rule='borda'.")
    'Fit with --person group, or rank with --rule borda.'
    >>> as_typed("Place them with model.adapt(their_answers), or use None for the population.")
    'Place them with gustibus adapt, or leave --user out for the population.'
    >>> as_typed("Correct them, or read with skip_bad=True (--skip-bad) to keep the good rows.")
    'Correct them, or read with --skip-bad to keep the good rows.'
    """
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text


def _columns(found: re.Match[str]) -> str:
    pairs = re.findall(r"""["'](\w+)["']: (?:None|["']([^"']*)["'])""", found[1])
    typed = ",".join(f"{field}={column}" for field, column in pairs)
    return f'--columns "{typed}"' if " " in typed else f"--columns {typed}"


def _numbers(found: re.Match[str]) -> str:
    return "--shots " + ",".join(re.findall(r"\d+", found[1]))


def _names(found: re.Match[str]) -> str:
    return "--models " + ",".join(re.findall(r"[\w.:-]+", found[1]))


def _likelihoods(found: re.Match[str]) -> str:
    return "--likelihood " + ", ".join(re.findall(r"[\w.:-]+", found[1]))


_KEY_FIX: Final = "Put the key into a file and name it with --api-key-file, or into the environment (--api-key-env)"
_QUOTED: Final = r"""=["']([\w-]+)["']"""
_SPELLINGS: Final[list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]] = [
    (re.compile(r"columns=\{([^}]*)\}"), _columns),
    (re.compile(r"columns= "), "--columns "),
    (re.compile(r"shots=\(([\d, ]*)\)"), _numbers),
    (re.compile(r"gustibus\.split\(data, by=[\"'](\w+)[\"']\)"), r"gustibus fit --test 0.2 --test-by \1"),
    (re.compile(r"models=\[([^\]]*)\]"), _names),
    (re.compile(r"\b(model|encoder|reference|person|inference|prototypes|rule|format|pairs)" + _QUOTED), r"--\1 \2"),
    (re.compile(r"""\blikelihood=(["'][\w.:-]+["'](?:, ["'][\w.:-]+["'])*)"""), _likelihoods),
    (re.compile(r"or give one of gustibus\.likelihoods with its parameters"), "with :VALUE for its parameter"),
    (re.compile(r"\btie_by" + _QUOTED), r"--tie-by \1"),
    (re.compile(r"\btie_by\b"), "--tie-by"),
    (re.compile(r"\b(dimensions|folds)=(\d+)"), r"--\1 \2"),
    (re.compile(r"""\burl=["']([^"']*)["']"""), r"--endpoint \1"),
    (re.compile(r"\bby" + _QUOTED), r"--test-by \1"),
    (re.compile(r"\bskip_bad=True( \(--skip-bad\))?"), "--skip-bad"),
    (re.compile(r"\buse None for the population"), "leave --user out for the population"),
    (re.compile(r"\bdrop_inexpressible=True"), "--drop-inexpressible"),
    (re.compile(r"\bpairs_per_user=(\d+)"), r"--pairs-per-user \1"),
    (re.compile(r"\bpairs_per_user\b"), "--pairs-per-user"),
    (re.compile(r"\baspects=\[\.\.\.\]"), "--aspects COLUMN,..."),
    (re.compile(r"\baspects= "), "--aspects "),
    (re.compile(r"\ballow_download=True"), "--allow-download"),
    (re.compile(r"\brejects=\.\.\."), "--rejects FILE."),
    (re.compile(r"\brejects=[\"']([^\"']+)[\"']"), r"--rejects \1"),
    (re.compile(r"with download=True \((gustibus data get [\w-]+ --allow-download)\)"), r"with: \1"),
    (re.compile(r"\bpath=\.\.\.( \(--path\))?"), "--path FILE"),
    (re.compile(r"\bpath= "), "--path "),
    (re.compile(r"read it with gustibus\.read\b"), "read it with gustibus convert"),
    (re.compile(r"Convert the file, or load it yourself and pass the data frame"), "Write it again in one of these"),
    (re.compile(r", or in Python pass pandas\.read_csv\([^)]*\)"), ""),
    (re.compile(r"\bdata\.of_source\([\"']([^\"']+)[\"']\)"), r"--source \1"),
    (re.compile(r"\bmax_requests=\.\.\."), "--max-requests N"),
    (re.compile(r"\bmax_cost=\.\.\."), "--max-cost SUM"),
    (re.compile(r"\bmax_(requests|cost)\b"), r"--max-\1"),
    (re.compile(r"\bprice_(in|out)\b"), r"--price-\1"),
    (re.compile(r"gustibus\.plan_judging\(\.\.\.\) \((--dry-run)\)"), r"\1"),
    (re.compile(r"Pass api_key=\.\.\. or set the environment variable that api_key_env names"), _KEY_FIX),
    (re.compile(r"\bapi_key_(env|file)\b"), r"--api-key-\1"),
    (re.compile(r"\bVectors\(ids, matrix\)"), "--vectors TABLE"),
    (re.compile(r"divide them by a scale first,"), "divide them by a scale first with --scale,"),
    (re.compile(r"\bmost=\.\.\. \((--most)\)"), r"\1 N"),
    (re.compile(r"\bmodel\.adapt\(their_answers\)"), "gustibus adapt"),
    (re.compile(r"\bgive the name of each person's group"), "name a file of user_id and group with --groups"),
]
