"""Judge n pairs with a service, and print how many judgements came of it."""

from __future__ import annotations

import sys
import warnings

from pairs_to_judge import pairs

from gustibus.judging import AnswerStore, ChatEndpoint, judge


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    url, folder, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    data = pairs(n)
    say("ready")
    judged = judge(data, ChatEndpoint(url, "small", concurrent=4), max_requests=10**6, store=AnswerStore(folder))
    say(judged.report.n_judgements)
