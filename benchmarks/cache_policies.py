"""Cache policies, replayed: the time and the work that each saves.

    python benchmarks/cache_policies.py [--seeds 10] [--varied 11]

Prints geometric means over the cells (scenario, budget, seed) with 95 % intervals from
resampling the draws, checks the limits we hold the default policy to, and, with
`--varied N`, every N-th of many other workloads, two seeds each.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from couler_jupyter.caching.simulate import Outcome, Pace
from couler_jupyter.caching.simulate.scenario import SCENARIOS, Scenario, varied
from couler_jupyter.caching.simulate.study import ORACLE, mean, outcome_of
from couler_jupyter.caching.simulate.study import interval as resampled

OURS = "value"
PLAIN = ("fifo", "lru", "gdsf")
NAMES = (*PLAIN, "couler-printed", "couler", OURS)
SHOWN = (*NAMES, ORACLE)
LIMITS = {"fifo": 0.89, "lru": 0.90, "gdsf": 0.95, "couler": 0.92}


@dataclass(frozen=True, slots=True)
class Cell:
    """One scenario, budget and seed under every policy."""

    scenario: str
    seed: int
    budget: int
    faulty: bool
    outcomes: Mapping[str, Outcome]

    def time(self, name: str) -> float:
        """Return a policy's time as a share of that without a cache."""
        return self.outcomes[name].time / self.outcomes["none"].time

    def saved(self, name: str) -> float:
        """Return what share of the avoidable seconds a policy avoids."""
        most = self.outcomes["none"].made - self.outcomes["all"].made
        return (self.outcomes["none"].made - self.outcomes[name].made) / max(most, 1e-9)


def cells_of(task: tuple[str, Scenario, int]) -> list[Cell]:
    """Replay one draw of a scenario with each of its budgets."""
    name, scenario, seed = task
    trace = scenario.trace(seed)
    bounds = {
        "none": outcome_of(trace, "none", 0, Pace()),
        "all": outcome_of(trace, "all", 10**18, Pace()),
    }
    return [
        Cell(
            scenario=name,
            seed=seed,
            budget=budget,
            faulty=scenario.habits.broken > 0,
            outcomes={
                **bounds,
                **{one: outcome_of(trace, one, budget, Pace()) for one in SHOWN},
            },
        )
        for budget in scenario.budgets
    ]


def interval(cells: list[Cell], name: str) -> tuple[float, float]:
    """Return where 95 % of the mean ratios lie if draws are resampled.

    The budgets of one draw stay together, for they resemble each other.
    """
    draws: dict[tuple[str, int], list[float]] = defaultdict(list)
    for cell, ratio in zip(cells, ratios(cells, name), strict=True):
        draws[cell.scenario, cell.seed].append(ratio)
    return resampled([mean(some) for some in draws.values()])


def ratios(cells: list[Cell], name: str) -> list[float]:
    """Return the default policy's time over another's, cell by cell."""
    return [cell.time(OURS) / cell.time(name) for cell in cells]


def grouped(cells: list[Cell]) -> dict[tuple[str, int], list[Cell]]:
    """Return the cells of each scenario and budget."""
    groups: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.scenario, cell.budget].append(cell)
    return groups


def behind(cells: list[Cell]) -> float:
    """Return the default policy's mean time over the best plain policy's."""
    best = min(mean(cell.time(name) for cell in cells) for name in PLAIN)
    return mean(cell.time(OURS) for cell in cells) / best


def show_times(cells: list[Cell]) -> None:
    """Print each policy's share of the time without a cache, by scenario and budget."""
    print("| scenario, GB | all |", " | ".join(SHOWN), "| over best plain |")
    print("|---" * (len(SHOWN) + 3) + "|")
    for (scenario, budget), some in grouped(cells).items():
        times = [f"{mean(c.time(n) for c in some):.3f}" for n in ("all", *SHOWN)]
        row = " | ".join(times)
        print(f"| {scenario} {budget / 1e9:.0f} | {row} | {behind(some):.3f} |")


def show_ratios(cells: list[Cell]) -> None:
    """Print the default policy's time over each other policy's."""
    print("\n| policy | value's time over its | 95 % | value wins | it saves |")
    print("|---|---|---|---|---|")
    for name in SHOWN:
        found = ratios(cells, name)
        low, high = interval(cells, name)
        wins = sum(ratio < 1 for ratio in found)
        saved = sum(cell.saved(name) for cell in cells) / len(cells)
        print(
            f"| {name} | {mean(found):.3f} | {low:.3f}-{high:.3f} "
            f"| {wins}/{len(found)} | {saved:.3f} |"
        )


def check(cells: list[Cell]) -> bool:
    """Print whether the limits are met."""
    sound = [cell for cell in cells if not cell.faulty]
    found = [(f"time over {n}", mean(ratios(sound, n)), m) for n, m in LIMITS.items()]
    lost = 1 - sum(cell.saved(OURS) for cell in sound) / len(sound)
    worst = max(behind(some) for some in grouped(cells).values())
    faulty = mean(ratios([cell for cell in cells if cell.faulty], "lru"))
    found += [
        ("avoidable seconds not saved", lost, 0.12),
        ("worst scenario over the best of fifo, lru, gdsf", worst, 1.02),
        ("time over lru under faults", faulty, 0.95),
    ]
    print()
    for words, number, most in found:
        print(
            f"{'met' if number <= most else 'MISSED'}: {words} {number:.3f} <= {most}"
        )
    return all(number <= most for _, number, most in found)


def show_varied(cells: list[Cell]) -> None:
    """Print what became of workloads that the policy was not thought out for."""
    groups = grouped(cells)
    worse = {key: behind(some) for key, some in groups.items()}
    bad = sorted(((by, key) for key, by in worse.items() if by > 1.02), reverse=True)
    print(f"\nvaried: {len(groups)} workloads and budgets")
    show_ratios(cells)
    print(f"more than 2 % behind the best of fifo, lru and gdsf: {len(bad)}")
    for by, (name, budget) in bad[:10]:
        print(f"  {by:.3f} {name}, {budget / 1e9:.1f} GB")


def replayed(scenarios: Mapping[str, Scenario], seeds: int) -> list[Cell]:
    """Replay scenarios on two processes."""
    tasks = [(name, one, s) for name, one in scenarios.items() for s in range(seeds)]
    with ProcessPoolExecutor(2) as pool:
        return [
            cell for some in pool.map(cells_of, tasks, chunksize=4) for cell in some
        ]


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--varied", type=int, default=0, metavar="N")
    options = parser.parse_args()
    cells = replayed(SCENARIOS, options.seeds)
    show_times(cells)
    show_ratios(cells)
    met = check(cells)
    if options.varied:
        some = dict(list(varied().items())[:: options.varied])
        show_varied(replayed(some, 2))
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
