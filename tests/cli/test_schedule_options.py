from workbench.cli.parser import Parser
from workbench.cli.schedule_options import add_schedule
from workbench.reports.signs import CONDITIONS, DEFAULT


def test_help_names_every_condition_and_the_default():
    parser = Parser(prog="run")
    add_schedule(parser)
    said = " ".join(parser.format_help().split())
    assert f"one of these holds: {', '.join(CONDITIONS)}, with commas" in said
    assert f"Default: {','.join(DEFAULT)}" in said
    assert parser.parse_args([]).fail_on is None, "by default as far as it is looked for"
