using System.Globalization;
using KeyBroker.Client;

namespace KeyBroker.Cli.Doctor;

/// <summary>The administrative socket answers, and not everybody may write to it.</summary>
internal static class SocketCheck
{
    private const string Check = "admin socket";
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static async Task<Finding> RunAsync(Invocation call)
    {
        var (_, path, _) = call.Settings.Socket;
        if (!Path.Exists(path))
        {
            return call.Settings.Socket.IsChosen
                ? Finding.Fail(Check, $"{path} is not there", "start keybrokerd on this host, or name its socket with --socket")
                : Finding.Ok(Check, "none here, which is as it should be away from the broker's host");
        }

        try
        {
            using var admin = new BrokerAdministration(path);
            _ = await admin.GetAsync("machines?limit=1", call.Cancelled);
            return Judge(path, File.GetUnixFileMode(path));
        }
        catch (BrokerUnreachableException)
        {
            return Finding.Fail(
                Check,
                $"{path} does not answer",
                $"join the group that owns it (see 'ls -l {path}'), or start keybrokerd: a socket may outlive it");
        }
        catch (BrokerException unwell)
        {
            return Finding.Fail(Check, $"{path} answers {unwell.Message}", "look at the log of keybrokerd");
        }
    }

    private static Finding Judge(string path, UnixFileMode mode)
    {
        var octal = Convert.ToString((int)mode, 8).PadLeft(4, '0');
        var text = string.Create(CultureInfo.InvariantCulture, $"{path} answers, mode {octal}");
        return (mode & Others) == 0
            ? Finding.Ok(Check, text)
            : Finding.Fail(Check, $"{text}: everybody on this host administers the broker", $"chmod 0660 {path}");
    }
}
