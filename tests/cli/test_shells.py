from workbench.cli.shells import Command, Values, bash, fish, zsh

ONE = Command(
    "ask",
    "ask 'him'",
    {"--loud": None, "--of": Values(("me", "you")), "--in": Values(folders=True)},
    {"--loud": "it's\n loud", "--of": "whom"},
    [Values(("now",)), Values(("then", "now"), files=True)],
)


def test_bash_has_options_values_and_places():
    lines = [line.strip() for line in bash([ONE]).splitlines()]
    assert 'ask) words="--loud --of --in" ;;' in lines
    assert '"ask --of") words="me you" ;;' in lines
    assert '"ask --in") files=-d ;;' in lines
    assert 'ask) words="now then" files=-f ;;' in lines
    assert not any('--loud")' in line for line in lines)


def test_zsh_reads_the_script_of_bash():
    made = zsh([ONE])
    assert made.startswith("# completion of workbench in zsh")
    assert made.endswith(bash([ONE]).partition("\n")[2])


def test_fish_shows_help_on_one_line_and_quotes_it():
    begun = "complete -c workbench -n '__fish_seen_subcommand_from ask'"
    assert fish([ONE]).splitlines()[2:] == [
        "complete -c workbench -n __fish_use_subcommand -a ask -d 'ask \\'him\\''",
        f'{begun} -a "now then (__fish_complete_path)"',
        f"{begun} -l loud -d 'it\\'s loud'",
        f"{begun} -l of -x -a \"me you\" -d 'whom'",
        f"{begun} -l in -x -a \"(__fish_complete_directories)\" -d ''",
    ]
