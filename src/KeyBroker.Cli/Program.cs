using KeyBroker.Cli;

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupt.Cancel();
};
return await CommandLine.RunAsync(args, Terminal.OfProcess(), interrupt.Token);
