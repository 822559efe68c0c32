"""逃げ地図を紙に: what of the answer of the roads stands on a sheet; its words are the paper's."""

from __future__ import annotations

from kurume_bousai.services.papers.map_ports import ReachPaper
from kurume_bousai.services.ports.routes import ReachAnswer


def reach_paper(answer: ReachAnswer) -> ReachPaper:
    """Return the content of a 逃げ地図."""
    goals = tuple(goal.point for goal in answer.goals)
    return ReachPaper(answer.map, goals, answer.conditions.choice, answer.notices)
