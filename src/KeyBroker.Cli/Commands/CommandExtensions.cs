using System.CommandLine;

namespace KeyBroker.Cli.Commands;

/// <summary>Gives a command its action.</summary>
internal static class CommandExtensions
{
    public static Command Runs(this Command command, Terminal terminal, Func<Invocation, Task<int>> action)
    {
        command.SetAction((parsed, cancellationToken) => action(new Invocation(parsed, terminal, cancellationToken)));
        return command;
    }

    public static Command Runs(this Command command, Terminal terminal, Func<Invocation, int> action) =>
        command.Runs(terminal, invocation => Task.FromResult(action(invocation)));
}
