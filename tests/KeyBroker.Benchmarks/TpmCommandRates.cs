using System.Globalization;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Benchmarks;

/// <summary>What the library costs on top of the bytes that go to the TPM: each command beside a loop that sends them.</summary>
internal static class TpmCommandRates
{
    public static async Task PrintAsync()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using (var transport = new TapTransport(swtpm.OpenTransport()))
        {
            Print(transport);
        }

        await using var another = await Swtpm.StartAsync();
        await EsapiRates.PrintAsync(another.Tcti);
    }

    private static void Print(TapTransport transport)
    {
        Console.WriteLine(
            $"{"command",-28} {"session",-18} {"raw µs",9} {"library µs",11} {"raw / library",14} {"bytes allocated",16}");
        var tpm = new Tpm.Tpm(transport);
        var commands = new TpmCommands(tpm);
        foreach (var command in commands.All)
        {
            var key = command.Needs is { } made ? commands.Load(made) : TpmObject.Null;
            // With a session the bytes are other ones each time; what is sent raw is the same command with a password.
            var raw = transport.Again(() => command.Run(PasswordAuth.Empty, key));
            foreach (var (name, session) in SessionsOf(commands, command.TakesAuth))
            {
                Print(command.Name, name, raw, () => command.Run(session, key));
            }

            if (command.Needs is not null)
            {
                commands.Flush(key);
            }
        }
    }

    private static IEnumerable<(string Name, ITpmSession Session)> SessionsOf(TpmCommands commands, bool takesAuth) => takesAuth
        ? [("password", PasswordAuth.Empty), ("HMAC", commands.Unsalted), ("salted, encrypted", commands.Salted)]
        : [("none", PasswordAuth.Empty)];

    private static void Print(string command, string session, Action raw, Action library)
    {
        var (first, second) = Contest.Between(raw, library);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{command,-28} {session,-18} {first,9:F1} {second,11:F1} {first / second,14:F2} {Contest.AllocationOf(library),16}"));
    }
}
