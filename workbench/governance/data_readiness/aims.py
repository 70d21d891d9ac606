"""What the pilot is for: measures with where they stand today, and where they are to go."""

from __future__ import annotations

from workbench.governance.checked import Check
from workbench.governance.data_readiness.material import Material, names_of
from workbench.language import say


def kpi(m: Material) -> Check:
    """Ask whether it is defined what success is."""
    question = say("Are measures of success defined, each with a target and a date?")
    kpis = () if m.papers is None else m.papers.kpis
    step = say("Write them into governance.toml: time, cost or conversion, with target and date.")
    if not kpis:
        said = say("No measure of success is named.")
        return Check("kpi", question, "needs a person", said, step)
    lacking = [one.name for one in kpis if one.target is None or one.date is None]
    if lacking:
        said = say("Target or date is missing for {names}.", names=names_of(lacking))
        return Check("kpi", question, "needs a person", said, step)
    late = [one.name for one in kpis if one.date is not None and one.date < m.today]
    if late:
        said = say("The date is past for {names}.", names=names_of(late))
        return Check("kpi", question, "needs a person", said, say("Read them, and set new ones."))
    said = say("Named: {names}.", names=names_of([one.name for one in kpis]))
    return Check("kpi", question, "pass", said)


def baseline(m: Material) -> Check:
    """Ask whether it is known what happens without the pilot."""
    question = say("Is it measured what happens without the pilot?")
    kpis = () if m.papers is None else m.papers.kpis
    step = say("Measure each now, before the pilot begins, and write it into governance.toml.")
    lacking = [one.name for one in kpis if one.baseline is None]
    if not kpis or lacking:
        said = (
            say("The baseline is missing for {names}.", names=names_of(lacking))
            if lacking
            else say("No measure of success is named.")
        )
        return Check("baseline", question, "needs a person", said, step)
    said = ", ".join(f"{one.name}: {one.baseline:g}" for one in kpis)
    return Check("baseline", question, "pass", f"{said}.")
