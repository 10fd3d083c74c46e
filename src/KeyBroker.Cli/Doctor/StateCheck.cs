using KeyBroker.Client;

namespace KeyBroker.Cli.Doctor;

/// <summary>What this machine keeps is its owner's alone, and says that it has enrolled.</summary>
internal static class StateCheck
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Run(Invocation call)
    {
        try
        {
            var state = MachineState.Look(call.Settings.State.Value);
            return [Permissions(state), Enrolment(state)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [Finding.Fail("state", failure.Message, "run as the folder's owner, or name another with --state")];
        }
    }

    private static Finding Permissions(MachineState state)
    {
        if (!state.Exists)
        {
            return Finding.Warn("state", $"{state.Folder} is not there", "'keybroker enroll NAME' makes it");
        }

        var open = Directory.EnumerateFiles(state.Folder).Prepend(state.Folder)
            .Where(path => (File.GetUnixFileMode(path) & Others) != 0).ToList();
        return open.Count == 0
            ? Finding.Ok("state", $"{state.Folder} is its owner's only")
            : Finding.Fail(
                "state",
                $"others may use {string.Join(", ", open)}",
                $"chmod -R go= {state.Folder}; if others were on this host, 'keybroker enroll' anew with another --state");
    }

    private static Finding Enrolment(MachineState state) => state.Identity is { } identity
        ? Finding.Ok("enrolment", $"{identity.Name}, {identity.Machine}")
        : Finding.Warn("enrolment", "this machine has not enrolled", "run 'keybroker enroll NAME', then have an administrator approve it");
}
