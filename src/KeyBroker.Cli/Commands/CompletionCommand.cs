using System.CommandLine;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands;

/// <summary>completion: a script that has a shell ask this command for the next word.</summary>
internal static class CompletionCommand
{
    // Asked is what may stand at the place of the word being typed; the shell picks what begins like it,
    // and where we know no word it offers its files.
    private const string Bash = """
        # keybroker completion for bash: source <(keybroker completion bash)
        _keybroker() {
          local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]}
          line=${line%"$word"}
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))
        }
        complete -o default -o bashdefault -F _keybroker keybroker
        """;

    private const string Zsh = """
        #compdef keybroker
        # keybroker completion for zsh: source <(keybroker completion zsh), after compinit
        _keybroker() {
          local line="${${BUFFER[1,CURSOR]}%"$PREFIX"}"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          found=(${found:#})
          if (( ${#found} )); then compadd -- "${found[@]}"; else _files; fi
        }
        compdef _keybroker keybroker
        """;

    private const string Fish = """
        # keybroker completion for fish: keybroker completion fish | source
        function __keybroker_words
            set -l typed (commandline -cp)
            set -l rest (math (string length -- "$typed") - (string length -- (commandline -ct)))
            set -l line (string sub --length $rest -- "$typed")
            keybroker "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c keybroker -a '(__keybroker_words)'
        """;

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return new Command("completion", "Prints a script that completes this command in a shell") { shell }
            .WithExamples(
                "source <(keybroker completion bash)",
                "keybroker completion zsh > ~/.zfunc/_keybroker",
                "keybroker completion fish > ~/.config/fish/completions/keybroker.fish")
            .Runs(terminal, call =>
            {
                terminal.Block(call.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
                return ExitCode.Done;
            });
    }
}
