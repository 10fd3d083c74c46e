using System.Text;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>How a command ended, and what it printed.</summary>
internal sealed record Ran(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
