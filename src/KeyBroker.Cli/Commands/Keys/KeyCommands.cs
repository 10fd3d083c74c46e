using System.CommandLine;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key: make keys, look at them, use them.</summary>
internal static class KeyCommands
{
    public static Command Create(Terminal terminal) => new Command("key", "Keys that the broker keeps and this machine may use")
    {
        KeyCreateCommand.Create(terminal),
        KeyListCommand.Create(terminal),
        KeyShowCommand.Create(terminal),
        ExplainCommand.OfKeys(terminal),
        KeySignCommand.Create(terminal),
        KeyVerifyCommand.Create(terminal),
        KeyEncryptCommand.Create(terminal),
        KeyDecryptCommand.Create(terminal),
        KeyWrapCommand.Create(terminal),
        KeyUnwrapCommand.Create(terminal),
        KeyDataKeyCommand.Create(terminal),
        KeyRewrapCommand.Create(terminal),
        KeyAgreeCommand.Create(terminal),
        KeyReleaseCommand.Create(terminal),
        KeyMacCommand.Create(terminal),
        KeyMacVerifyCommand.Create(terminal),
        KeyRotateCommand.Create(terminal),
        KeyAttestationCommand.Create(terminal),
    }.TakesFresh();

    internal static Argument<string> Name() => new("name") { Description = "Name of the key, like web/signer" };

    internal static Option<int?> Version() => new("--version")
    {
        Description = "Version of the key; default the newest",
        HelpName = "N",
    };
}
