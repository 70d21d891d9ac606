from workbench.reports.side_by_side.asked import ASKED
from workbench.reports.side_by_side.one_run import read_run


def test_a_run_tells_what_it_was_asked(saved):
    run = read_run(saved("out", cost=2.5, currency="EUR", release="exact"), name="old")
    told = {name: tell(run) for name, tell in ASKED}
    assert told["Outcome"] == "bought"
    assert told["Model learned from"] == "800 contacts of 4 campaigns"
    assert told["of campaigns"] == "2026-05, 2026-06"
    assert told["Judged on contacts"] == "400"
    assert (told["Cost"], told["Currency"], told["Release"]) == ("2.5", "EUR", "exact")
    assert told["Run"] == ""
