# completion of workbench in bash: eval "$(workbench completion bash)"
_workbench() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} words= files= word
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        words="@commands@"
    elif [[ $current == -* ]]; then
        case $command in
@options@
        esac
    else
        case "$command $previous" in
@values@
        *) case $command in
@places@
            esac ;;
        esac
    fi
    while IFS= read -r word; do
        [[ -n $word ]] && COMPREPLY+=("$word")
    done < <(
        [[ -n $words ]] && compgen -W "$words" -- "$current"
        [[ -n $files ]] && compgen "$files" -- "$current"
    )
    [[ -n $files ]] && compopt -o filenames 2>/dev/null
    [[ $words == *= ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -F _workbench workbench
