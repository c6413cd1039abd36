namespace XdpAudit.Cli;

/// <summary>The scripts that make shells ask this program.</summary>
internal static class CompletionScripts
{
    internal static readonly string[] Shells = ["bash", "zsh", "fish"];

    internal static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "no script for this shell"),
    };

    // bash takes a colon for the end of a word and puts in only what is behind it, so what is before it must be cut from the answers.
    private const string Bash =
        """
        _xdpaudit() {
            local line="${COMP_LINE:0:COMP_POINT}"
            local word="${line##*[[:space:]]}"
            mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" complete "$line" 2>/dev/null)
            if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
            fi
        }
        complete -o default -F _xdpaudit xdpaudit

        """;

    private const string Zsh =
        """
        #compdef xdpaudit
        _xdpaudit() {
            local -a answers
            answers=("${(@f)$("${words[1]}" complete "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
            answers=("${(@)answers:#}")
            if (( ${#answers} )); then
                compadd -- "${answers[@]}"
            else
                _files
            fi
        }
        compdef _xdpaudit xdpaudit

        """;

    private const string Fish =
        """
        function __xdpaudit_complete
            set -l line (commandline -cp)
            xdpaudit complete "$line" 2>/dev/null
        end
        complete -c xdpaudit -f -a '(__xdpaudit_complete)'
        complete -c xdpaudit -n '__fish_seen_subcommand_from load' -F

        """;
}
