"""The one thread in which the repository lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class InThread:
    """Runs calls in that thread, of which the `executor` has no other: the repository is synchronous."""

    executor: Executor

    async def __call__(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """What `work` returns, or raises."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, work, *arguments)
