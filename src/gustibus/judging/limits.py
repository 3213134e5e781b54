"""How fast questions may go out, and how many, and for how much."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from gustibus.comparisons import GustibusError

__all__ = ["Budget", "BudgetSpent", "OneRequest", "Traffic"]


class BudgetSpent(Exception):
    """No further request may go out."""


@dataclass
class Budget:
    """What may be sent, and what was.

    A request takes its estimated cost when it goes out, and gives back the difference when the service says what it
    used. After a broken connection the estimate stays taken, because the service may have worked and charged for it.

    Attributes
    ----------
    max_requests, max_cost
        The limits, None for no limit.
    sent
        Requests sent, every try counted.
    spent, taken
        Cost as reported by the service, and the estimates of what is under way or was lost.
    """

    max_requests: int | None = None
    max_cost: float | None = None
    sent: int = 0
    spent: float = 0.0
    taken: float = 0.0

    def __post_init__(self) -> None:
        for name, limit in (("max_requests", self.max_requests), ("max_cost", self.max_cost)):
            if limit is not None and not limit > 0:
                raise GustibusError(
                    f"{name}={limit} lets nothing be asked. Give a limit above 0; gustibus.plan_judging(...) "
                    "(--dry-run) says what would be sent, and sends nothing."
                )

    def allows(self, estimate: float) -> bool:
        """Whether another request with this estimated cost may go out."""
        if self.max_requests is not None and self.sent >= self.max_requests:
            return False
        return self.max_cost is None or self.spent + self.taken + estimate <= self.max_cost


class Traffic:
    """All requests to one service: evenly spaced, held back when it is busy, ended when the budget is spent."""

    def __init__(self, budget: Budget, requests_per_minute: float | None) -> None:
        self.budget = budget
        self.gap = 0.0 if requests_per_minute is None else 60.0 / requests_per_minute
        self.stopped = asyncio.Event()
        self.under_way = 0
        self._free_at = 0.0
        self._settled = asyncio.Condition()

    async def turn(self, estimate: float) -> None:
        """Return when a request with this estimated cost may go out; it is then taken from the budget.

        Raises
        ------
        BudgetSpent
            If it may not, now or later, or the run was stopped.
        """
        while (wait := self._free_at - time.monotonic()) > 0:
            await self.sleep(wait)
        self._free_at = time.monotonic() + self.gap
        async with self._settled:
            # what is under way may give back some of what it took
            while not self.budget.allows(estimate) and self.under_way and not self._out_of_requests():
                await self._settled.wait()
            if self.stopped.is_set() or not self.budget.allows(estimate):
                raise BudgetSpent
            self.budget.sent += 1
            self.budget.taken += estimate
            self.under_way += 1

    async def settle(self, estimate: float, cost: float | None) -> None:
        """A request ended: with this cost, or (None) in a way that leaves its cost open."""
        async with self._settled:
            self.under_way -= 1
            if cost is not None:
                self.budget.taken -= estimate
                self.budget.spent += cost
            self._settled.notify_all()

    def hold(self, seconds: float) -> None:
        """Send nothing for some seconds."""
        self._free_at = max(self._free_at, time.monotonic() + seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait, unless the run is stopped meanwhile."""
        try:
            await asyncio.wait_for(self.stopped.wait(), seconds)
        except TimeoutError:
            return
        raise BudgetSpent

    def _out_of_requests(self) -> bool:
        return self.budget.max_requests is not None and self.budget.sent >= self.budget.max_requests


class OneRequest:
    """The tries of one request among the others."""

    def __init__(self, traffic: Traffic, estimate: float) -> None:
        self.traffic = traffic
        self.estimate = estimate
        self.failed_tries = 0
        self._open = False

    async def before_try(self) -> None:
        """Wait for a turn; the try before ended without an answer that could be used."""
        await self.traffic.turn(self.estimate)
        self._open = True

    async def after_failure(self, status: int | None, wait: float) -> None:
        """Note a failed try, and hold all others back where the service says that it is busy."""
        self.failed_tries += 1
        if status in (429, 503):
            self.traffic.hold(wait)
        await self.end(None if status is None else 0.0)

    async def end(self, cost: float | None) -> None:
        """Settle the try under way, if there is one."""
        if self._open:
            self._open = False
            await self.traffic.settle(self.estimate, cost)

    async def sleep(self, seconds: float) -> None:
        """Wait before the next try."""
        await self.traffic.sleep(seconds)
