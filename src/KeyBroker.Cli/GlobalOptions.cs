using System.CommandLine;

namespace KeyBroker.Cli;

/// <summary>The options that every command understands.</summary>
internal static class GlobalOptions
{
    public static Option<string> Broker { get; } = new("--broker")
    {
        Description = "URL of the broker (KEYBROKER_URL)",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => Variable("KEYBROKER_URL") ?? "http://127.0.0.1:8440",
    };

    public static Option<string> Tpm { get; } = new("--tpm")
    {
        Description = "This machine's TPM (KEYBROKER_TPM): device:PATH, swtpm:host=H,port=P or swtpm:path=SOCKET",
        HelpName = "TCTI",
        Recursive = true,
        DefaultValueFactory = _ => Variable("KEYBROKER_TPM") ?? "device:/dev/tpmrm0",
    };

    public static Option<string> State { get; } = new("--state")
    {
        Description = "Folder of this machine's keys and token (KEYBROKER_STATE), made 0700",
        HelpName = "DIR",
        Recursive = true,
        DefaultValueFactory = _ => Variable("KEYBROKER_STATE") ?? DefaultState(),
    };

    public static Option<string> Socket { get; } = new("--socket")
    {
        Description = "Administrative socket of a broker on this host (KEYBROKER_SOCKET)",
        HelpName = "PATH",
        Recursive = true,
        DefaultValueFactory = _ => Variable("KEYBROKER_SOCKET") ?? "./state/admin.sock",
    };

    public static Option<string> Output { get; } = CreateOutput();

    private static Option<string> CreateOutput()
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "How to answer",
            Recursive = true,
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        return output;
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string DefaultState() => Path.Combine(
        Variable("XDG_STATE_HOME") ?? Path.Combine(Variable("HOME") ?? ".", ".local", "state"), "keybroker");
}
