using KeyBroker.Cli;

var patience = TimeSpan.FromSeconds(1);
using var interrupt = new CancellationTokenSource();
var interrupted = new TaskCompletionSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupt.Cancel();
    interrupted.TrySetResult();
};

// A read from the terminal cannot be cancelled: who presses Ctrl-C does not wait for it.
var command = Task.Run(() => CommandLine.RunAsync(args, Terminal.OfProcess(), interrupt.Token));
if (await Task.WhenAny(command, interrupted.Task) != command)
{
    await Task.WhenAny(command, Task.Delay(patience, TimeProvider.System));
}

return command.IsCompleted ? await command : ExitCode.Interrupted;
