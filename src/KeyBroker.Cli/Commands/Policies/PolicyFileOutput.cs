using System.CommandLine;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>A policy file that was made: printed, or put into a folder that a broker may watch.</summary>
internal sealed class PolicyFileOutput
{
    private readonly Option<string?> _out = new("--out") { Description = "Write to this file instead of standard output", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the file if it is there" };

    public void AddTo(Command command)
    {
        command.Options.Add(_out);
        command.Options.Add(_force);
    }

    public int Write(Invocation call, byte[] content, JsonObject json)
    {
        if (call.Get(_out) is not { } path)
        {
            if (call.WantsJson)
            {
                call.Terminal.Json(json);
            }
            else
            {
                call.Terminal.Raw(content);
            }

            return ExitCode.Done;
        }

        // Whole or not at all, also for a broker that reads the folder meanwhile.
        var draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Environment.ProcessId}");
        File.WriteAllBytes(draft, content);
        try
        {
            File.Move(draft, path, overwrite: call.Get(_force));
        }
        catch (IOException) when (File.Exists(path) && !call.Get(_force))
        {
            throw new UsageException($"'{path}' is there already: --force replaces it");
        }
        finally
        {
            File.Delete(draft);
        }

        call.Terminal.Done($"written to {path}");
        return ExitCode.Done;
    }
}
