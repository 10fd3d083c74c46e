using System.Security.Cryptography;
using KeyBroker.Backups.Restoring;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using KeyBroker.Storage;
using KeyBroker.Telemetry;
using KeyBroker.Tpm;
using KeyBroker.TpmAccess;

if (args is [CheckBackupCommand.Name, .. var rest])
{
    return await CheckBackupCommand.RunAsync(rest, Console.Out, Console.Error);
}

if (ProgramHelp.IsAsked(args))
{
    await Console.Out.WriteLineAsync(ProgramHelp.Text);
    return 0;
}

// The console's own writer makes a system call of every 256 characters.
Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), bufferSize: 16 * 1024) { AutoFlush = true });

try
{
    await using var broker = await Broker.StartAsync(args);
    await broker.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is StartupException or StoreVersionException or StoreUnavailableException
    or StoreIntegrityException or TpmUnavailableException or TpmException or BackgroundFailure or FormatException or CryptographicException
    or IOException or UnauthorizedAccessException)
{
    // One line that says what to do (contract, section 2).
    await Console.Error.WriteLineAsync("keybrokerd: " + LogText.OneLine(failure.Message.ReplaceLineEndings(" ")));
    return 1;
}
