using System.CommandLine;

namespace KeyBroker.Cli;

/// <summary>The options that every command understands; <see cref="Configuration.Settings"/> has the values.</summary>
internal static class GlobalOptions
{
    public const string Table = "table";
    public const string Json = "json";

    public static Option<string?> Broker { get; } = Of("--broker", "URL", "URL of the broker (KEYBROKER_BROKER)");

    public static Option<string?> Tpm { get; } =
        Of("--tpm", "TCTI", "This machine's TPM: device:PATH, swtpm:host=H,port=P or swtpm:path=SOCKET (KEYBROKER_TPM)");

    public static Option<string?> State { get; } =
        Of("--state", "DIR", "Folder of this machine's keys and token, made 0700 (KEYBROKER_STATE)");

    public static Option<string?> Socket { get; } =
        Of("--socket", "PATH", "Administrative socket of a broker on this host (KEYBROKER_SOCKET)");

    public static Option<string?> RequireBroker { get; } =
        Of("--require-broker", "FILE", "Send nothing to a broker whose TPM does not show what this file requires (KEYBROKER_REQUIRE_BROKER)");

    public static Option<string?> Output { get; } = CreateOutput();

    /// <summary>The environment variables of a setting; the second is an older name.</summary>
    public static string[] VariablesOf(string name) =>
        name == "broker" ? ["KEYBROKER_BROKER", "KEYBROKER_URL"] : [$"KEYBROKER_{name.ToUpperInvariant().Replace('-', '_')}"];

    private static Option<string?> Of(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Recursive = true };

    private static Option<string?> CreateOutput()
    {
        var output = new Option<string?>("--output", "-o")
        {
            Description = "How to answer: for people, or as JSON (KEYBROKER_OUTPUT)",
            Recursive = true,
        };
        output.AcceptOnlyFromAmong(Table, Json);
        return output;
    }
}
