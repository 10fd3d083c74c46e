using System.Runtime.InteropServices;
using KeyBroker.Hosting;
using KeyBroker.MovedBroker;

// keybrokerd, whole, on a machine whose clock a test moves: SIGUSR1 lets 25 hours pass. No part of the product.
const PosixSignal Usr1 = (PosixSignal)10;

var clock = new KeptClock(Environment.GetEnvironmentVariable("KEYBROKER_CLOCK")
    ?? throw new InvalidOperationException("KEYBROKER_CLOCK names the file that keeps how far the clock was moved"));
await using var broker = await Broker.StartAsync(args, clock.Time);
var passing = new SemaphoreSlim(0);
using var signal = PosixSignalRegistration.Create(Usr1, context =>
{
    context.Cancel = true;
    passing.Release();
});
var running = broker.RunAsync();
while (await Task.WhenAny(running, passing.WaitAsync()) != running)
{
    await clock.PassAsync(broker);
}

await running;
